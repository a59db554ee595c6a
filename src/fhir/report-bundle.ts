import type { Bundle, FhirResource, Reference } from 'fhir/r4.js';
import { CODES } from '../sr/tree/coded-concepts.ts';
import { measurementTrackingUid } from '../sr/tree/measured-group.ts';
import { trackingUid } from '../sr/tree/measurement-group.ts';
import { observationTrackingUid } from '../sr/tree/observation-group.ts';
import { algorithmDevice, deviceUid } from './algorithm-device.ts';
import { diagnosticReport, type ReportToBundle } from './diagnostic-report.ts';
import { dicomUid, uuidUrl } from './fhir-coding.ts';
import { findingObservation } from './finding-observation.ts';
import { labelObservation } from './label-observation.ts';
import { measurementObservation } from './measurement-observation.ts';

/**
 * The results of a study as a FHIR R4 Bundle: a DiagnosticReport, an Observation for each finding, length
 * and area, and the Device.
 * Who the patient is stands in none of them: the study is referred to by its UID, and the reader resolves that.
 */
export function reportBundle(input: ReportToBundle): Bundle {
  const { analysisId, studyInstanceUid, graded, finishedAt } = input;
  const issued = finishedAt.toISOString();
  const study: Reference = {
    type: 'ImagingStudy',
    identifier: dicomUid(studyInstanceUid, CODES.studyInstanceUid),
  };
  const device = entry(uuidUrl(deviceUid(graded.algorithm)), algorithmDevice(graded.algorithm));
  const context = { studyInstanceUid, study, device: { reference: device.fullUrl }, issued };
  const observations = [
    ...graded.findings.map((finding) =>
      entry(uuidUrl(trackingUid(studyInstanceUid, finding)), findingObservation(finding, context)),
    ),
    ...graded.observations.map((observed) =>
      entry(uuidUrl(observationTrackingUid(studyInstanceUid, observed)), labelObservation(observed, context)),
    ),
    ...(graded.measurements ?? []).map((each) =>
      entry(uuidUrl(measurementTrackingUid(studyInstanceUid, each)), measurementObservation(each, context)),
    ),
  ];
  const report = diagnosticReport(
    input,
    study,
    observations.map(({ fullUrl }) => ({ reference: fullUrl })),
  );
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: issued,
    entry: [entry(`urn:uuid:${analysisId}`, report), ...observations, device],
  };
}

function entry<Resource extends FhirResource>(fullUrl: string, resource: Resource) {
  return { fullUrl, resource };
}
