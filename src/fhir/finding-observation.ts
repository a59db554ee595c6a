import type { Observation as FhirObservation } from 'fhir/r4.js';
import type { Finding } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import { uncertaintyInWords } from '../domain/uncertainty.ts';
import {
  CODES,
  GRADE_CODES,
  GRADE_CONCEPT_CODES,
  gradedTargetCode,
  LEVEL_CODES,
  SIDE_CODES,
  targetName,
} from '../sr/tree/coded-concepts.ts';
import { trackingUid } from '../sr/tree/measurement-group.ts';
import { concept } from './fhir-coding.ts';
import { type ObservationContext, observation, probability, readOn } from './observation-parts.ts';

/**
 * A graded finding with the codes of its measurement group in the report: the grade is the value; laterality, the
 * image it was read on and the probability of each grade are components.
 */
export function findingObservation(finding: Finding, context: ObservationContext): FhirObservation {
  const { condition, side, level, grade, probabilities, location, uncertain } = finding;
  const name = targetName(finding);
  const about = observation(context, { uid: trackingUid(context.studyInstanceUid, finding), name });
  return {
    ...about,
    ...(uncertain && { note: [...about.note!, { text: uncertaintyInWords(uncertain) }] }),
    code: concept([GRADE_CONCEPT_CODES[condition]], name),
    valueCodeableConcept: concept([GRADE_CODES[grade]], grade),
    bodySite: concept([LEVEL_CODES[level]], side === null ? level : `${level}, ${side}`),
    component: [
      ...(side === null
        ? []
        : [
            {
              code: concept([CODES.laterality]),
              valueCodeableConcept: concept([SIDE_CODES[side]]),
            },
          ]),
      ...readOn(location),
      ...GRADES.map((each) => probability(gradedTargetCode(finding, each), probabilities[each])),
    ],
  };
}
