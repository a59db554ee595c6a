import type { DataSet } from 'dicom-parser';
import type { DicomJson } from '../json/dicom-json.ts';
import { textValue } from '../json/dicom-json-values.ts';
import { decodeText } from '../text/character-sets.ts';

/** What an image says of whose it is (PS3.3 C.7.1.1), each as far as it can be compared; null where it does not say. */
export interface PatientIdentity {
  readonly patientId: string | null;
  /** IssuerOfPatientID. */
  readonly issuer: string | null;
  /** UniversalEntityID of IssuerOfPatientIDQualifiersSequence. */
  readonly universalIssuer: string | null;
  /** PatientBirthDate, YYYYMMDD. */
  readonly birthDate: string | null;
  /** O is what many scanners send for a sex they do not know: it contradicts nothing. */
  readonly sex: 'F' | 'M' | null;
}

/** Names of the attributes, for people; never their values. */
const ATTRIBUTES: Readonly<Record<keyof PatientIdentity, string>> = {
  patientId: 'PatientID (0010,0020)',
  issuer: 'IssuerOfPatientID (0010,0021)',
  universalIssuer: 'IssuerOfPatientIDQualifiersSequence (0010,0024)',
  birthDate: 'PatientBirthDate (0010,0030)',
  sex: 'PatientSex (0010,0040)',
};

/** Reads the identity from DICOM JSON metadata, or from patientJson. */
export function patientIdentity(json: DicomJson): PatientIdentity {
  const qualifiers = json['00100024']?.Value?.[0];
  return identity({
    patientId: textValue(json, '00100020'),
    issuer: textValue(json, '00100021'),
    universalIssuer: isDataSet(qualifiers) ? textValue(qualifiers, '00400032') : null,
    birthDate: textValue(json, '00100030'),
    sex: textValue(json, '00100040'),
  });
}

/** The attributes that patientIdentity reads of a parsed Part 10 object, their text by its own character set. */
export function patientJson(dataSet: DataSet): DicomJson {
  const characterSets = (dataSet.string('x00080005') ?? '').split('\\').map((term) => term.trim());
  const text = (from: DataSet, tag: string): readonly string[] => {
    const element = from.elements[`x${tag}`];
    if (element === undefined || element.length > MAX_BYTES) return [];
    const { dataOffset, length } = element;
    return [decodeText(from.byteArray.subarray(dataOffset, dataOffset + length), characterSets)];
  };
  const qualifiers = dataSet.elements['x00100024']?.items?.[0]?.dataSet;
  const universal = qualifiers === undefined ? [] : text(qualifiers, '00400032');
  return {
    '00100020': { vr: 'LO', Value: text(dataSet, '00100020') },
    '00100021': { vr: 'LO', Value: text(dataSet, '00100021') },
    '00100024': { vr: 'SQ', Value: [{ '00400032': { vr: 'UT', Value: universal } }] },
    '00100030': { vr: 'DA', Value: text(dataSet, '00100030') },
    '00100040': { vr: 'CS', Value: text(dataSet, '00100040') },
  };
}

/** Longer values are no identity. */
const MAX_BYTES = 1024;

/**
 * The attributes in which images contradict each other about whose they are, by name; empty when all can be of one
 * patient. What an image does not say contradicts nothing.
 */
export function contradictions(identities: Iterable<PatientIdentity>): string[] {
  const seen = new Map<keyof PatientIdentity, Set<string>>();
  for (const each of identities) {
    for (const key of Object.keys(ATTRIBUTES) as (keyof PatientIdentity)[]) {
      const value = each[key];
      if (value !== null) seen.set(key, (seen.get(key) ?? new Set()).add(value));
    }
  }
  return [...seen].filter(([, values]) => values.size > 1).map(([key]) => ATTRIBUTES[key]);
}

function identity(text: Readonly<Record<keyof PatientIdentity, string | null>>): PatientIdentity {
  const sex = comparable(text.sex)?.toUpperCase() ?? '';
  return {
    patientId: comparable(text.patientId),
    issuer: comparable(text.issuer),
    universalIssuer: comparable(text.universalIssuer),
    birthDate: birthDate(comparable(text.birthDate)),
    sex: sex.startsWith('F') ? 'F' : sex.startsWith('M') ? 'M' : null,
  };
}

/** Blanks and padding mean nothing; text that was not decoded rightly cannot be compared. */
function comparable(text: string | null): string | null {
  const plain = (text ?? '')
    .slice(0, MAX_BYTES)
    .normalize('NFC')
    .replace(/[\s\0]+/g, ' ')
    .trim();
  return plain === '' || plain.includes('\uFFFD') ? null : plain;
}

/** DA (PS3.5 6.2), also with the dots of ACR-NEMA or the hyphens of ISO 8601; null for what is no date. */
function birthDate(text: string | null): string | null {
  const digits = text?.replace(/[.-]/g, '') ?? '';
  return /^\d{8}$/.test(digits) && Number(digits) > 0 ? digits : null;
}

function isDataSet(value: unknown): value is DicomJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
