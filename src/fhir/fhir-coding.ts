import type { CodeableConcept, Coding, Identifier, Quantity } from 'fhir/r4.js';
import { CODES, type Code, PRIVATE_SCHEME } from '../sr/tree/coded-concepts.ts';

/** FHIR's names of the coding schemes that reports use (HL7 Terminology, code system URIs). */
const SYSTEMS: Readonly<Record<string, string>> = {
  DCM: 'http://dicom.nema.org/resources/ontology/DCM',
  LN: 'http://loinc.org',
  SCT: 'http://snomed.info/sct',
  UCUM: 'http://unitsofmeasure.org',
  [PRIVATE_SCHEME.designator]: `urn:oid:${PRIVATE_SCHEME.uid}`,
};

/** @throws RangeError for a scheme that FHIR has no name of here. */
export function coding({ scheme, value, meaning }: Code): Coding {
  const system = SYSTEMS[scheme];
  if (system === undefined) throw new RangeError(`coding scheme ${scheme} has no URI for FHIR`);
  return { system, code: value, display: meaning };
}

/** @param codes one concept in several schemes, or ever closer. */
export function concept(codes: readonly Code[], text?: string): CodeableConcept {
  return { coding: codes.map(coding), ...(text === undefined ? {} : { text }) };
}

/** A probability, 0 … 1. */
export function probabilityQuantity(value: number): Quantity {
  const { system, code } = coding(CODES.noUnits);
  return { value, system: system!, code: code! };
}

/**
 * A DICOM UID as FHIR identifies things by it (FHIR R4, ImagingStudy, "Mapping DICOM UIDs").
 * @param type what it is the UID of, where that is not plain.
 */
export function dicomUid(uid: string, type?: Code): Identifier {
  return { ...(type && { type: concept([type]) }), system: 'urn:dicom:uid', value: `urn:oid:${uid}` };
}

/**
 * The same identity as a UID made from a UUID, which is that UUID as an integer (PS3.5 B.2): in this form FHIR refers
 * to the resources of one bundle.
 */
export function uuidUrl(uid: string): string {
  const hex = BigInt(uid.replace(/^2\.25\./, ''))
    .toString(16)
    .padStart(32, '0');
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}
