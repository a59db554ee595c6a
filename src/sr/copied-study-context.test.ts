import { expect, test } from 'vitest';
import { copiedStudyContext } from './copied-study-context.ts';

test('values are copied verbatim, names with their three groups', () => {
  const { dataSet, malformedTags } = copiedStudyContext({
    '00080020': { vr: 'DA', Value: ['20240229'] },
    '00080050': { vr: 'SH', Value: ['ÄÖ 17'] },
    '00100010': {
      vr: 'PN',
      Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    },
    '00101001': { vr: 'PN', Value: [{ Phonetic: 'x' }, { Alphabetic: 'B' }] },
    '00101030': { vr: 'DS', Value: [211 / 3] },
    '00101002': {
      vr: 'SQ',
      Value: [{ '00100020': { vr: 'LO', Value: ['other'] }, '00100022': { vr: 'CS', Value: ['TEXT'] } }],
    },
    '001021C0': { vr: 'US', Value: [4] },
  });
  expect(malformedTags).toEqual([]);
  expect(dataSet).toEqual({
    '00080020': { vr: 'DA', Value: ['20240229'] },
    '00080050': { vr: 'SH', Value: ['ÄÖ 17'] },
    '00100010': { vr: 'PN', Value: ['Yamada^Tarou=山田^太郎=やまだ^たろう'] },
    '00101001': { vr: 'PN', Value: ['==x', 'B'] },
    '00101030': { vr: 'DS', Value: ['70.3333333333333'] },
    '00101002': {
      vr: 'SQ',
      Value: [{ '00100020': { vr: 'LO', Value: ['other'] }, '00100022': { vr: 'CS', Value: ['TEXT'] } }],
    },
    '001021C0': { vr: 'US', Value: [4] },
  });
});

test('what its VR cannot hold is left empty and named by its tag', () => {
  const { dataSet, malformedTags } = copiedStudyContext({
    '00080020': { vr: 'DA', Value: ['2024.02.29'] },
    '00080030': { vr: 'TM', Value: ['8:15'] },
    '00100040': { vr: 'CS', Value: ['female'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'x'.repeat(65) }] },
    '00100020': { vr: 'LO', Value: ['x'.repeat(80)] },
  });
  expect(malformedTags.toSorted()).toEqual(['00080020', '00080030', '00100010', '00100040']);
  expect(dataSet['00080020']).toEqual({ vr: 'DA', Value: [] });
  // A PACS matches on the identifier, so even an overlong one stays.
  expect(dataSet['00100020']).toEqual({ vr: 'LO', Value: ['x'.repeat(80)] });
});

test('attributes without value, bulk data and unknown content are left out', () => {
  const { dataSet, malformedTags } = copiedStudyContext({
    '00100010': { vr: 'PN' },
    '00100020': { vr: 'LO', Value: [] },
    '00100021': { vr: 'LO', Value: [''] },
    '00081030': { vr: 'LO', Value: [null] },
    '00091001': { vr: 'UN', InlineBinary: 'AAAA' },
    '00104000': { vr: 'LT', BulkDataURI: 'bulk/1' },
  });
  expect(dataSet).toEqual({});
  expect(malformedTags).toEqual([]);
});
