import type { Bundle, Device, DiagnosticReport, FhirResource, Reference } from 'fhir/r4.js';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { Algorithm, GradedStudy } from '../domain/assessment.ts';
import { NUMBERING_STATEMENT } from '../domain/level.ts';
import { inWords } from '../domain/remark.ts';
import { CODES, targetName } from '../sr/tree/coded-concepts.ts';
import { trackingUid } from '../sr/tree/measurement-group.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { observationTrackingUid } from '../sr/tree/observation-group.ts';
import { concept, dicomUid, uuidUrl } from './fhir-coding.ts';
import { findingObservation, labelObservation } from './finding-observation.ts';

export interface ReportToBundle {
  /** UUID of the analysis. */
  readonly analysisId: string;
  readonly studyInstanceUid: string;
  readonly graded: GradedStudy;
  readonly finishedAt: Date;
  /** SOP Instance UID of the Structured Report; null where the installation writes none. */
  readonly reportSopInstanceUid: string | null;
}

/**
 * The results of a study as a FHIR R4 Bundle: a DiagnosticReport, an Observation for each finding, and the Device.
 * Who the patient is stands in none of them: the study is referred to by its UID, and the reader resolves that.
 */
export function reportBundle(input: ReportToBundle): Bundle {
  const { analysisId, studyInstanceUid, graded, finishedAt } = input;
  const issued = finishedAt.toISOString();
  const study: Reference = { type: 'ImagingStudy', identifier: dicomUid(studyInstanceUid) };
  const device = entry(uuidUrl(deviceUid(graded.algorithm)), algorithmDevice(graded.algorithm));
  const context = { studyInstanceUid, study, device: { reference: device.fullUrl }, issued };
  const observations = [
    ...graded.findings.map((finding) =>
      entry(uuidUrl(trackingUid(studyInstanceUid, finding)), findingObservation(finding, context)),
    ),
    ...graded.observations.map((observed) =>
      entry(uuidUrl(observationTrackingUid(studyInstanceUid, observed)), labelObservation(observed, context)),
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

function diagnosticReport(
  { graded, finishedAt, reportSopInstanceUid }: ReportToBundle,
  study: Reference,
  result: Reference[],
): DiagnosticReport {
  const sentences = conclusions(graded);
  return {
    resourceType: 'DiagnosticReport',
    text: { status: 'generated', div: xhtml(sentences) },
    ...(reportSopInstanceUid === null ? {} : { identifier: [dicomUid(reportSopInstanceUid)] }),
    status: 'preliminary',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v2-0074',
            code: 'RAD',
            display: 'Radiology',
          },
        ],
      },
    ],
    code: concept([CODES.mriUnspecifiedBodyRegion], 'AI grading of lumbar-spine MRI'),
    issued: finishedAt.toISOString(),
    result,
    imagingStudy: [study],
    conclusion: sentences.join(' '),
  };
}

function conclusions({ findings, observations, warnings, algorithm }: GradedStudy): string[] {
  const named = (grade: string) => findings.filter((finding) => finding.grade === grade).map(targetName);
  const listed = (['Severe', 'Moderate'] as const).flatMap((grade) =>
    named(grade).length === 0 ? [] : [`${grade}: ${named(grade).join(', ')}.`],
  );
  const normal = named('Normal/Mild').length;
  const present = observations.filter((observed) => observed.present).length;
  return [
    RESEARCH_USE_STATEMENT,
    ...listed,
    `Normal/Mild: ${normal} of the ${findings.length} graded.`,
    ...(observations.length === 0 ? [] : [`Present: ${present} of ${observations.length} observed labels.`]),
    NUMBERING_STATEMENT,
    ...warnings.map(inWords),
    `Graded by ${algorithm.name} ${algorithm.version}.`,
  ];
}

/** The narrative of a resource (FHIR R4, Narrative): XHTML. */
function xhtml(sentences: readonly string[]): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const paragraphs = sentences.map((sentence) => `<p>${escaped(sentence)}</p>`).join('');
  return `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs}</div>`;
}

/** The same model is the same device, wherever it runs. */
function deviceUid({ name, version, packSha256 }: Algorithm): string {
  return deterministicUid('algorithm', name, version, packSha256);
}

function algorithmDevice(algorithm: Algorithm): Device {
  const { name, version, packSha256, executionProvider } = algorithm;
  return {
    resourceType: 'Device',
    identifier: [dicomUid(deviceUid(algorithm))],
    deviceName: [{ name, type: 'model-name' }],
    type: concept([CODES.artificialIntelligence]),
    version: [
      { type: concept([CODES.algorithmVersion]), value: version },
      { type: { text: 'SHA-256 of the model pack' }, value: packSha256 },
    ],
    property: [{ type: { text: 'execution provider' }, valueCode: [{ text: executionProvider }] }],
    note: [{ text: RESEARCH_USE_STATEMENT }],
  };
}
