import type { Observation as FhirObservation } from 'fhir/r4.js';
import type { Observation } from '../domain/assessment.ts';
import {
  LABEL_CONCEPT_CODES,
  LEVEL_CODES,
  observationName,
  observedLabelCode,
  PRESENCE_CODES,
} from '../sr/tree/coded-concepts.ts';
import { observationTrackingUid } from '../sr/tree/observation-group.ts';
import { concept } from './fhir-coding.ts';
import { type ObservationContext, observation, probability, readOn } from './observation-parts.ts';

/** A yes-or-no observation of a motion segment, coded as in the report. */
export function labelObservation(observed: Observation, context: ObservationContext): FhirObservation {
  const { label, level, present, location } = observed;
  const [uid, name] = [observationTrackingUid(context.studyInstanceUid, observed), observationName(observed)];
  return {
    ...observation(context, { uid, name }),
    code: concept([LABEL_CONCEPT_CODES[label]], name),
    valueCodeableConcept: concept([PRESENCE_CODES[present ? 'present' : 'absent']]),
    bodySite: concept([LEVEL_CODES[level]], level),
    component: [
      ...readOn(location),
      probability(observedLabelCode(label, level, true), observed.probability),
      probability(observedLabelCode(label, level, false), 1 - observed.probability),
    ],
  };
}
