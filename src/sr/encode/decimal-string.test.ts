import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalString } from './decimal-string.ts';

test('at most 16 characters of DS, and as near as they allow', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -9e307, max: 9e307 }), (value) => {
      const text = decimalString(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?(e[+-]\d+)?$/);
      expect(text.length).toBeLessThanOrEqual(16);
      // A sign, a point, leading zeros and an exponent of five characters leave nine digits at least.
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [1 / 3, '0.33333333333333'],
  [-1 / 3, '-0.3333333333333'],
  [1.234567890123456e-10, '1.2345678901e-10'],
  [1e-7, '1e-7'],
  [0.25, '0.25'],
  [0, '0'],
  [-999999999999999.5, '-1e+15'],
])('%d is written %s', (value, text) => {
  expect(decimalString(value)).toBe(text);
});

test('what is no number is refused', () => {
  expect(() => decimalString(Number.NaN)).toThrow(RangeError);
});
