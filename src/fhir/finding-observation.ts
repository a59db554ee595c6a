import type { Observation as FhirObservation, ObservationComponent, Reference } from 'fhir/r4.js';
import type { Finding, Location, Observation } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import {
  CODES,
  type Code,
  GRADE_CODES,
  GRADE_CONCEPT_CODES,
  gradedTargetCode,
  LABEL_CONCEPT_CODES,
  LEVEL_CODES,
  observationName,
  observedLabelCode,
  PRESENCE_CODES,
  SIDE_CODES,
  targetName,
} from '../sr/tree/coded-concepts.ts';
import { trackingUid } from '../sr/tree/measurement-group.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { observationTrackingUid } from '../sr/tree/observation-group.ts';
import { concept, dicomUid, probabilityQuantity } from './fhir-coding.ts';

/** What every observation of one analysis shares. */
export interface ObservationContext {
  readonly studyInstanceUid: string;
  readonly study: Reference;
  readonly device: Reference;
  /** FHIR instant. */
  readonly issued: string;
}

/**
 * A graded finding with the codes of its measurement group in the report: the grade is the value; laterality, the
 * image it was read on and the probability of each grade are components.
 */
export function findingObservation(finding: Finding, context: ObservationContext): FhirObservation {
  const { condition, side, level, grade, probabilities, location } = finding;
  return {
    ...observation(context, trackingUid(context.studyInstanceUid, finding)),
    code: concept([GRADE_CONCEPT_CODES[condition]], targetName(finding)),
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

/** A yes-or-no observation of a motion segment, coded as in the report. */
export function labelObservation(observed: Observation, context: ObservationContext): FhirObservation {
  const { label, level, present, location } = observed;
  return {
    ...observation(context, observationTrackingUid(context.studyInstanceUid, observed)),
    code: concept([LABEL_CONCEPT_CODES[label]], observationName(observed)),
    valueCodeableConcept: concept([PRESENCE_CODES[present ? 'present' : 'absent']]),
    bodySite: concept([LEVEL_CODES[level]], level),
    component: [
      ...readOn(location),
      probability(observedLabelCode(label, level, true), observed.probability),
      probability(observedLabelCode(label, level, false), 1 - observed.probability),
    ],
  };
}

/** Nobody has verified it: preliminary, and it says so in words. The study alone says whose it is. */
function observation(
  { study, device, issued }: ObservationContext,
  uid: string,
): Pick<
  FhirObservation,
  'resourceType' | 'identifier' | 'status' | 'category' | 'issued' | 'note' | 'device' | 'derivedFrom'
> {
  return {
    resourceType: 'Observation',
    identifier: [dicomUid(uid)],
    status: 'preliminary',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'imaging',
            display: 'Imaging',
          },
        ],
      },
    ],
    issued,
    note: [{ text: RESEARCH_USE_STATEMENT }],
    device,
    derivedFrom: [study],
  };
}

function readOn(location: Location | null): ObservationComponent[] {
  if (location === null) return [];
  const { sopInstanceUid, frameNumber } = location.image;
  const frame = frameNumber === null ? '' : ` frame ${frameNumber}`;
  return [{ code: concept([CODES.sourceOfMeasurement]), valueString: `urn:oid:${sopInstanceUid}${frame}` }];
}

/** The second code says of what, as the first number of a measurement group does. */
function probability(ofWhat: Code, value: number): ObservationComponent {
  return {
    code: concept([CODES.probability, ofWhat], ofWhat.meaning),
    valueQuantity: probabilityQuantity(value),
  };
}
