import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headersFromJson } from '../../dicom/image/image-header.ts';
import { ImagingError } from '../../dicom/imaging-error.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { ArchiveError } from '../archive.ts';
import { parseDataSet, parseDataSets } from './dicom-json-answer.ts';

const STUDY = '2.25.7';
const row = (extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  '0020000D': { vr: 'UI', Value: [STUDY] },
  '00080020': { vr: 'DA', Value: ['20240101'] },
  ...extra,
});

function parsed(rows: unknown, call: 'find studies' | 'series metadata' = 'find studies') {
  const told: unknown[] = [];
  const dataSets = parseDataSets(call, JSON.stringify(rows), (...event) => told.push(event));
  return { dataSets, told };
}

describe('an attribute that cannot be read costs itself alone', () => {
  test.each([
    ['a private attribute without vr', { '00091010': { Value: ['x'] } }, '(0009,1010)'],
    ['an attribute that is null', { '00080090': null }, '(0008,0090)'],
    ['an attribute that is text', { '00081030': 'SPINE' }, '(0008,1030)'],
    ['a Value that is null', { '00080090': { vr: 'PN', Value: null } }, '(0008,0090)'],
    ['a Value that is an object', { '00080090': { vr: 'PN', Value: { Alphabetic: 'A' } } }, '(0008,0090)'],
    ['a sequence that is no list', { '00081140': { vr: 'SQ', Value: 'x' } }, '(0008,1140)'],
    [
      'an attribute of an item',
      { '00081140': { vr: 'SQ', Value: [{ '00091010': { Value: [1] } }] } },
      '(0009,1010)',
    ],
    ['a name that is no tag', { PatientName: { vr: 'PN', Value: ['x'] } }, 'a name that is no tag'],
  ])('%s', (_, extra, place) => {
    const { dataSets, told } = parsed([row(extra), row()]);
    expect(dataSets.map((each) => textValue(each, '0020000D'))).toEqual([STUDY, STUDY]);
    expect(dataSets.map((each) => textValue(each, '00080020'))).toEqual(['20240101', '20240101']);
    expect(told).toEqual([['row-unreadable', STUDY, `find studies: ${place}`, 1]]);
  });

  test('what is wrong in every row is told once, with its number', () => {
    const { told } = parsed(Array.from({ length: 30 }, () => row({ '00091010': { Value: ['x'] } })));
    expect(told).toEqual([['row-unreadable', STUDY, 'find studies: (0009,1010)', 30]]);
  });
});

test('what is not quite of the model but means one thing only is read, and nothing is told', () => {
  const { dataSets, told } = parsed([
    {
      '0020000d': { vr: 'UI', Value: `${STUDY}\0` },
      '00201208': { vr: 'IS', Value: 12 },
      '0008103e': { Value: ['SAG'] },
    },
  ]);
  expect(dataSets).toEqual([
    {
      '0020000D': { vr: 'UI', Value: [`${STUDY}\0`] },
      '00201208': { vr: 'IS', Value: [12] },
      '0008103E': { vr: 'LO', Value: ['SAG'] },
    },
  ]);
  expect(textValue(dataSets[0]!, '0020000D')).toBe(STUDY);
  expect(told).toEqual([]);
});

describe('a row that is no data set', () => {
  test('costs itself alone', () => {
    const { dataSets, told } = parsed([row(), null, 'text', 7, [row()]]);
    expect(dataSets).toHaveLength(1);
    expect(told).toEqual([['row-unreadable', null, 'find studies: a row', 4]]);
  });

  test('of metadata keeps its place, and its reader says that it is unreadable', () => {
    const { dataSets, told } = parsed([row(), null], 'series metadata');
    expect(dataSets).toHaveLength(2);
    expect(told).toEqual([['row-unreadable', null, 'series metadata: a row', 1]]);
    expect(() => headersFromJson(dataSets[1]!)).toThrow(ImagingError);
  });
});

test.each(['{', '{}', '"rows"', '{"0020000D":{"vr":"UI"}}'])('%s is no answer', (text) => {
  expect(() => parseDataSets('find studies', text)).toThrow(ArchiveError);
  expect(parseDataSets('find studies', ' ')).toEqual([]);
});

test('one data set, bare or alone in its list', () => {
  const one = { '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['2.25.1'] } }] } };
  for (const text of [one, [one]]) expect(parseDataSet(JSON.stringify(text))).toEqual(one);
  for (const text of ['', '[]', '[1]', '7', 'null']) expect(parseDataSet(text)).toBeNull();
});

test('objects in an attribute that is no sequence are no frames', () => {
  const { dataSets } = parsed([{ '52009230': { vr: 'LO', Value: [{ '': null }] } }], 'series metadata');
  expect(() => headersFromJson(dataSets[0]!)).toThrow(ImagingError);
});

test('whatever JSON a row is, the others are as they were', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom('00080020', '0020000d', '00091010', '__proto__', 'x'), fc.jsonValue()),
    fc.dictionary(
      fc.constantFrom('00080020', '00081140', '52009230'),
      fc.record(
        { vr: fc.constantFrom('SQ', 'LO', 'lo', 7, null), Value: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    ),
  );
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 4 }), fc.nat(4), (others, at) => {
      const rows = [
        ...others.slice(0, at),
        row({ '00201208': { vr: 'IS', Value: [3] } }),
        ...others.slice(at),
      ];
      const { dataSets } = parsed(rows, 'series metadata');
      expect(dataSets).toHaveLength(rows.length);
      expect(dataSets[Math.min(at, others.length)]).toEqual(row({ '00201208': { vr: 'IS', Value: [3] } }));
      for (const json of dataSets) {
        try {
          headersFromJson(json);
        } catch (cause) {
          expect(cause).toBeInstanceOf(ImagingError);
        }
      }
    }),
  );
});
