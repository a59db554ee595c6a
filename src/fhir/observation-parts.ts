import type { Observation as FhirObservation, ObservationComponent, Reference } from 'fhir/r4.js';
import type { Location } from '../domain/assessment.ts';
import { CODES, type Code } from '../sr/tree/coded-concepts.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { coding, concept, dicomUid, probabilityQuantity } from './fhir-coding.ts';

/** What every observation of one analysis shares. */
export interface ObservationContext {
  readonly studyInstanceUid: string;
  readonly study: Reference;
  readonly device: Reference;
  /** FHIR instant. */
  readonly issued: string;
}

/** Nobody has verified it: preliminary, and it says so in words. The study alone says whose it is. */
export function observation(
  { study, device, issued }: ObservationContext,
  tracking: { readonly uid: string; readonly name: string },
): Pick<
  FhirObservation,
  | 'resourceType'
  | 'identifier'
  | 'partOf'
  | 'status'
  | 'category'
  | 'issued'
  | 'note'
  | 'device'
  | 'derivedFrom'
> {
  return {
    resourceType: 'Observation',
    identifier: [
      dicomUid(tracking.uid, CODES.trackingUniqueIdentifier),
      { type: concept([CODES.trackingIdentifier]), value: tracking.name },
    ],
    partOf: [study],
    status: 'preliminary',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'imaging',
            display: 'Imaging',
          },
          // One concept, as HL7's guide for SR wants every category of a group to say so.
          coding(CODES.measurementGroup),
        ],
      },
    ],
    issued,
    note: [{ text: RESEARCH_USE_STATEMENT }],
    device,
    derivedFrom: [study],
  };
}

/** The image that something was read or measured on as a component; none where no image shows the place. */
export function readOn(location: Pick<Location, 'image'> | null): ObservationComponent[] {
  if (location === null) return [];
  const { sopInstanceUid, frameNumber } = location.image;
  const frame = frameNumber === null ? '' : ` frame ${frameNumber}`;
  return [{ code: concept([CODES.sourceOfMeasurement]), valueString: `urn:oid:${sopInstanceUid}${frame}` }];
}

/** The second code says of what, as the first number of a measurement group does. */
export function probability(ofWhat: Code, value: number): ObservationComponent {
  return {
    code: concept([CODES.probability, ofWhat], ofWhat.meaning),
    valueQuantity: probabilityQuantity(value),
  };
}
