import { describe, expect, test } from 'vitest';
import { hasValue, numberValue, numberValues, textValue, textValues } from './dicom-json-values.ts';

const of = (vr: string, ...Value: readonly unknown[]) => ({ '00189999': { vr, Value } });
const TAG = '00189999';

test.each(['2.25.3', '2.25.3\0', '2.25.3 ', ' 2.25.3', '2.25.3\0\0 ', '\t2.25.3\r\n'])(
  'padding is no part of a value: %j',
  (text) => {
    expect(textValue(of('UI', text), TAG)).toBe('2.25.3');
  },
);

describe('numbers', () => {
  test.each<[unknown, number]>([
    ['1.5', 1.5],
    [' 1.5 ', 1.5],
    ['1.5\0', 1.5],
    ['+1.5E+02', 150],
    ['-.5e-1', -0.05],
    ['5.', 5],
    [7, 7],
    [-0.25, -0.25],
  ])('%j is %d', (value, expected) => {
    expect(numberValue(of('DS', value), TAG)).toBe(expected);
  });

  test.each(['1,5', '0x10', '0b1', 'NaN', 'Infinity', '1e999', '1 5', '1.5mm', '--1', '', null, true, {}])(
    '%j is none',
    (value) => {
      expect(numberValue(of('DS', value), TAG)).toBeNull();
    },
  );

  test('one that is missing between others is not passed over; empty ones at the end are none', () => {
    expect(numberValues(of('DS', 1, null, 3), TAG)).toBeNull();
    expect(numberValues(of('DS', '', 3), TAG)).toBeNull();
    expect(numberValues(of('DS', 1, 3, '', null), TAG)).toEqual([1, 3]);
  });
});

test('values that the archive did not split are split, but for text a backslash belongs to', () => {
  expect(numberValues(of('DS', '0.5\\0.75 '), TAG)).toEqual([0.5, 0.75]);
  expect(textValues(of('CS', 'ORIGINAL\\PRIMARY', 'M'), TAG)).toEqual(['ORIGINAL', 'PRIMARY', 'M']);
  expect(textValues(of('ST', 'a\\b'), TAG)).toEqual(['a\\b']);
});

test('an attribute of nothing but padding has no value', () => {
  for (const empty of [of('LO'), of('LO', ''), of('LO', ' \0'), of('LO', null)]) {
    expect(hasValue(empty, TAG)).toBe(false);
  }
  for (const filled of [of('LO', 'x'), of('US', 0), of('SQ', {}), of('PN', { Alphabetic: 'x' })]) {
    expect(hasValue(filled, TAG)).toBe(true);
  }
});

test('what one attribute can cost is bounded', () => {
  const long = 'x'.repeat(1_000_000);
  expect(textValue(of('LO', long), TAG)).toHaveLength(4096);
  expect(textValues(of('CS', ...Array<string>(100_000).fill('A')), TAG)).toHaveLength(64);
  expect(textValues(of('CS', 'A\\'.repeat(100_000)), TAG).length).toBeLessThanOrEqual(64);
});
