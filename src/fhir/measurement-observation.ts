import type { Coding, Observation as FhirObservation } from 'fhir/r4.js';
import { CATALOGUE } from '../domain/catalogue.ts';
import { isMeasured, type Measurement, UNIT, type WhyUnmeasured } from '../domain/measurement.ts';
import {
  LEVEL_CODES,
  MEASURE_CODES,
  METHOD_CODES,
  measurementName,
  QUANTITY_CODES,
  UNIT_CODES,
  UNMEASURED_CODES,
} from '../sr/tree/coded-concepts.ts';
import { measurementTrackingUid } from '../sr/tree/measured-group.ts';
import { coding, concept } from './fhir-coding.ts';
import { type ObservationContext, observation, readOn } from './observation-parts.ts';

/** A length or area of a motion segment with the codes of its measurement group in the report, or why there is none. */
export function measurementObservation(
  measurement: Measurement,
  context: ObservationContext,
): FhirObservation {
  const { level, measure } = measurement;
  const uid = measurementTrackingUid(context.studyInstanceUid, measurement);
  const name = measurementName(measurement);
  const about = {
    ...observation(context, { uid, name }),
    code: concept([MEASURE_CODES[measure], QUANTITY_CODES[measure]], name),
    bodySite: concept([LEVEL_CODES[level]], level),
    method: concept([METHOD_CODES[measure]]),
  };
  if (!isMeasured(measurement)) return { ...about, dataAbsentReason: absence(measurement.absent) };
  const { system, code } = coding(UNIT_CODES[UNIT[measure]]);
  return {
    ...about,
    valueQuantity: { value: measurement.value, unit: code!, system: system!, code: code! },
    component: readOn(measurement),
  };
}

/** HL7's own codes of absence, where its binding is extensible: nothing shows it, or it is there and not known. */
const HL7_ABSENCE: Readonly<Record<WhyUnmeasured, readonly [code: string, display: string]>> = {
  'level-out-of-view': ['not-performed', 'Not Performed'],
  'axial-misses-disc': ['not-performed', 'Not Performed'],
  'no-axial-slices': ['not-performed', 'Not Performed'],
  'not-outlined': ['unknown', 'Unknown'],
  'not-plausible': ['unknown', 'Unknown'],
};

function absence(why: WhyUnmeasured): NonNullable<FhirObservation['dataAbsentReason']> {
  const [code, display] = HL7_ABSENCE[why];
  const general: Coding = {
    system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
    ...{ code, display },
  };
  return { coding: [coding(UNMEASURED_CODES[why]), general], text: CATALOGUE[why].meaning };
}
