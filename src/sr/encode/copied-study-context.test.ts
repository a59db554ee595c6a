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

test('what its VR cannot hold is left out and named by its tag', () => {
  const { dataSet, malformedTags, overlongTags } = copiedStudyContext({
    '00080020': { vr: 'DA', Value: ['2024.02.29'] },
    '00080030': { vr: 'TM', Value: ['8:15'] },
    '00100040': { vr: 'CS', Value: ['female'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'x'.repeat(65) }] },
    '00100020': { vr: 'LO', Value: ['x'.repeat(80)] },
  });
  expect(malformedTags.toSorted()).toEqual(['00080020', '00080030', '00100010', '00100040']);
  // The header of a result has them empty, where it cannot do without.
  expect(dataSet['00080020']).toBeUndefined();
  // A PACS matches on the identifier, so even an overlong one stays.
  expect(overlongTags).toEqual(['00100020']);
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
  expect(malformedTags).toEqual(['00091001', '00104000']);
});

/** What becomes of one attribute. */
const copyOf = (tag: string, vr: string, ...Value: readonly unknown[]) => {
  const { dataSet, malformedTags, mendedTags, unreadableTags } = copiedStudyContext({ [tag]: { vr, Value } });
  const remark = malformedTags.length > 0 ? 'malformed' : unreadableTags.length > 0 ? 'unreadable' : null;
  return [dataSet[tag]?.Value ?? null, remark ?? (mendedTags.length > 0 ? 'mended' : null)];
};

test('prose is mended: control characters, length, several values', () => {
  expect(copyOf('00081030', 'LO', 'MR\tlumbar\r\nspine\u0000\u0085')).toEqual([
    ['MR lumbar spine'],
    'mended',
  ]);
  expect(copyOf('00081030', 'LO', `${'x'.repeat(61)}🦴🦴🦴`)).toEqual([[`${'x'.repeat(61)}...`], 'mended']);
  expect(copyOf('00081030', 'LO', 'MR\\spine')).toEqual([['MR spine'], 'mended']);
  expect(copyOf('00104000', 'LT', 'one\r\ntwo\tthree\u001b[1m\u0000')).toEqual([
    ['one\r\ntwo three[1m'],
    'mended',
  ]);
  expect(copyOf('00104000', 'LT', 'x'.repeat(10_241))).toEqual([[`${'x'.repeat(10_237)}...`], 'mended']);
  expect(copyOf('00104000', 'LT', 'x'.repeat(100_000))).toEqual([null, 'malformed']);
});

test('padding is no part of a value', () => {
  expect(copyOf('00100020', 'LO', ' PAT 1 \u0000\r\n')).toEqual([['PAT 1'], null]);
  expect(copyOf('00100020', 'LO', '\u0000 ')).toEqual([null, null]);
});

test('an identifier never becomes another one', () => {
  for (const [tag, vr, ...values] of [
    ['00100020', 'LO', '12\u000034'],
    ['00100020', 'LO', '12\t34'],
    ['00100020', 'LO', 'A', 'B'],
    ['00100020', 'LO', 'A\\B'],
    ['00100020', 'LO', `${'x'.repeat(80)}\u0007y`],
    ['00080050', 'SH', '1'.repeat(17)],
    ['00200010', 'SH', 'a\u001bb'],
    ['00100010', 'PN', { Alphabetic: 'A=B' }],
    ['00100010', 'PN', { Alphabetic: 'a^b^c^d^e^f' }],
    ['00100020', 'LO', { Alphabetic: 'A' }],
    ['00100020', 'LO', true],
  ] as const) {
    expect(copyOf(tag, vr, ...values)).toEqual([null, 'malformed']);
  }
  // A name stays legible, and nothing is filed by it.
  expect(copyOf('00100010', 'PN', { Alphabetic: 'Smith\tAnn\u0000' })).toEqual([['Smith Ann'], 'mended']);
});

test('text with a character that nobody could read is left out', () => {
  expect(copyOf('00100010', 'PN', { Alphabetic: 'Ph\ufffdntom' })).toEqual([null, 'unreadable']);
  expect(copyOf('00100020', 'LO', 'A\ud800')).toEqual([null, 'unreadable']);
});

test('the VR is the standard’s, whatever the images say', () => {
  expect(copiedStudyContext({ '00100020': { vr: 'UN', Value: ['PAT-1'] } }).dataSet).toEqual({
    '00100020': { vr: 'LO', Value: ['PAT-1'] },
  });
  expect(copyOf('001021C0', 'IS', '4')).toEqual([[4], null]);
  for (const value of ['x', -1, 70_000, 1.5, 9, null, {}]) {
    expect(copyOf('001021C0', 'US', value)[0]).toBeNull();
  }
});

test('numbers, dates and times are those that there are', () => {
  const wrong = [
    ['00100030', 'DA', '20240230'],
    ['00080030', 'TM', '2460'],
    ['00101030', 'DS', '1e999'],
    ['00101030', 'DS', 'seventy'],
    ['00101010', 'AS', '54Y'],
    ['00080201', 'SH', '+2500'],
  ] as const;
  for (const [tag, vr, value] of wrong) expect(copyOf(tag, vr, value)).toEqual([null, 'malformed']);
  expect(copyOf('00101030', 'DS', '70.12345678901239999')).toEqual([['70.1234567890124'], 'mended']);
  expect(copyOf('00100030', 'DA', '20240229')).toEqual([['20240229'], null]);
});

test('a code or a reference of which a part is missing goes, the others stay', () => {
  const part = (vr: string, value: unknown) => ({ vr, Value: [value] });
  const code = {
    '00080100': part('SH', 'A'),
    '00080102': part('SH', '99X'),
    '00080104': part('LO', 'a thing'),
  };
  const { '00080102': _, ...partial } = code;
  const long = { ...code, '00080104': part('LO', 'm'.repeat(70)) };
  const broken = { ...code, '00080100': part('SH', 'A\u0001') };
  const { dataSet, malformedTags, mendedTags } = copiedStudyContext({
    '00081032': { vr: 'SQ', Value: [code, partial, {}, null, 'x', broken] },
    '00102202': { vr: 'SQ', Value: [long] },
    '00081110': { vr: 'SQ', Value: [{ '00081155': part('UI', '1.2.03') }] },
  });
  expect(dataSet['00081032']).toEqual({ vr: 'SQ', Value: [code] });
  expect(dataSet['00102202']?.Value).toHaveLength(1);
  expect(dataSet['00081110']).toBeUndefined();
  expect([malformedTags, mendedTags]).toEqual([['00081032', '00081110'], ['00102202']]);
});

test('more than can be written is left out: values, items, items within items', () => {
  expect(copyOf('00102000', 'LO', ...Array.from({ length: 20_000 }, () => 'alert'))).toEqual([
    null,
    'malformed',
  ]);
  let nested: object = {};
  for (let depth = 0; depth < 10_000; depth += 1) nested = { '00080121': { vr: 'SQ', Value: [nested] } };
  expect(copyOf('00081032', 'SQ', nested)).toEqual([null, 'malformed']);
  expect(copyOf('00081032', 'SQ', ...Array.from({ length: 101 }, () => nested))).toEqual([null, 'malformed']);
});

test('long runs of padding take no time', () => {
  const begun = performance.now();
  const run = ' '.repeat(60_000);
  expect(copyOf('00104000', 'LT', `x${run}x`)[1]).toBe('mended');
  expect(copyOf('00101030', 'DS', `${'1'.repeat(60_000)}x`)).toEqual([null, 'malformed']);
  expect(copyOf('00100020', 'LO', `x${run}x`)).toEqual([null, 'malformed']);
  expect(performance.now() - begun).toBeLessThan(1000);
});

test('what is only right with others goes with them', () => {
  const trial = {
    '00120010': { vr: 'LO', Value: ['Sponsor'] },
    '00120020': { vr: 'LO', Value: ['Protocol'] },
    '00120040': { vr: 'LO', Value: ['Subject'] },
  };
  const whole = copiedStudyContext(trial);
  expect(Object.keys(whole.dataSet).toSorted()).toEqual([
    '00120010',
    '00120020',
    '00120021',
    '00120030',
    '00120031',
    '00120040',
  ]);
  expect(whole.malformedTags).toEqual([]);
  const { dataSet, malformedTags } = copiedStudyContext({
    ...trial,
    '00120020': { vr: 'LO', Value: ['x\u0000y'] },
  });
  expect(dataSet).toEqual({});
  expect(malformedTags).toEqual(['00120020', '00120010', '00120040']);
});
