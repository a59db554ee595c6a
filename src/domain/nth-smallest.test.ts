import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nthSmallest } from './nth-smallest.ts';

test('is what sorting would put there, whatever the values and however many are equal', () => {
  const value = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, 1, 1, 2, -3));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), fc.nat(), (values, any) => {
      const n = any % values.length;
      const sorted = Float32Array.from(values).sort();
      // Nothing is made of the sign of a zero.
      expect(nthSmallest(Float32Array.from(values), n) + 0).toBe(sorted[n]! + 0);
    }),
    { numRuns: 500 },
  );
});

test('of values already sorted, reversed or all equal too', () => {
  const rising = Float32Array.from({ length: 1000 }, (_, i) => i);
  for (const n of [0, 1, 499, 998, 999]) {
    expect(nthSmallest(rising.slice(), n)).toBe(n);
    expect(nthSmallest(rising.slice().reverse(), n)).toBe(n);
    expect(nthSmallest(new Float32Array(1000).fill(7), n)).toBe(7);
  }
});
