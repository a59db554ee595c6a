import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DicomJson } from '../json/dicom-json.ts';
import { parsePart10 } from '../part10/parse-part10.ts';
import { element, imageBytes } from './image.fixture.ts';
import { contradictions, patientIdentity, patientJson } from './patient-identity.ts';

const ISSUER = '(0010,0021)';

function patient(values: Record<string, string>): DicomJson {
  return Object.fromEntries(Object.entries(values).map(([tag, text]) => [tag, { vr: 'LO', Value: [text] }]));
}

const ADA = { '00100020': 'A-17', '00100021': 'WEST', '00100030': '19511210', '00100040': 'F' };

function compared(...others: Record<string, string>[]): string[] {
  return contradictions([ADA, ...others].map((each) => patientIdentity(patient(each))));
}

test.each([
  ['another PatientID', { ...ADA, '00100020': 'A-18' }, ['PatientID (0010,0020)']],
  ['the same PatientID of another issuer', { ...ADA, '00100021': 'EAST' }, [`IssuerOfPatientID ${ISSUER}`]],
  ['another birth date', { ...ADA, '00100030': '19511211' }, ['PatientBirthDate (0010,0030)']],
  ['another sex', { ...ADA, '00100040': 'M' }, ['PatientSex (0010,0040)']],
  [
    'another birth date where there is no PatientID',
    { '00100030': '20010101' },
    ['PatientBirthDate (0010,0030)'],
  ],
])('%s contradicts', (_, other, attributes) => {
  expect(compared(other)).toEqual(attributes);
});

test.each([
  ['nothing said', {}],
  ['empty values', { '00100020': '', '00100030': '', '00100040': '' }],
  ['padding and blanks', { '00100020': ' A-17  \0', '00100021': 'WEST ', '00100040': 'F ' }],
  ['no issuer', { '00100020': 'A-17' }],
  ['a date with dots', { '00100030': '1951.12.10' }],
  ['a date that is none', { '00100030': '00000000' }],
  ['the sex a scanner sends for want of one', { '00100040': 'O' }],
  ['text that was decoded wrongly', { '00100020': 'A\uFFFD17' }],
])('%s contradicts nothing', (_, other) => {
  expect(compared(other)).toEqual([]);
});

test('a contradiction shows wherever it stands among the images, and holds no value', () => {
  const texts = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => /\w/.test(text));
  fc.assert(
    fc.property(texts, texts, fc.nat(30), fc.nat(30), (one, other, before, after) => {
      fc.pre(
        one.normalize('NFC').trim().replace(/\s+/g, ' ') !==
          other.normalize('NFC').trim().replace(/\s+/g, ' '),
      );
      fc.pre(!/[\0\uFFFD]/.test(one + other) && one.trim().length > 4 && other.trim().length > 4);
      const mine = patientIdentity(patient({ '00100020': one }));
      const theirs = patientIdentity(patient({ '00100020': other }));
      const said = contradictions([...Array(before + 1).fill(mine), theirs, ...Array(after).fill(mine)]);
      expect(said).toEqual(['PatientID (0010,0020)']);
    }),
  );
});

test('of a Part 10 object it is read in the character set of the object, as an archive does', () => {
  const changes = { '00080005': element('CS', 'ISO_IR 192'), '00100020': element('LO', 'ÄÖ-17') };
  const qualifier = { '00400032': element('UT', '1.2.3') };
  const bytes = imageBytes({
    ...changes,
    '00100024': element('SQ', qualifier),
    '00100040': element('CS', 'F'),
  });
  const archives = {
    ...patient({ '00100020': 'ÄÖ-17', '00100040': 'F' }),
    '00100024': { vr: 'SQ', Value: [{ '00400032': { vr: 'UT', Value: ['1.2.3'] } }] },
  };
  const read = patientIdentity(patientJson(parsePart10(bytes)));
  expect(read).toEqual(patientIdentity(archives));
  expect(read).toMatchObject({ patientId: 'ÄÖ-17', universalIssuer: '1.2.3', sex: 'F' });
});
