import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

test('doubles with every fault, up to ten minutes', () => {
  const whole = (faults: number) => retryDelayMs(5_000, faults, () => 1);
  expect([1, 2, 3, 4].map(whole)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(whole(1_000)).toBe(600_000);
  expect(retryDelayMs(3_600_000, 1, () => 1)).toBe(3_600_000);
});

test('lies between half of the wait and the whole', () => {
  const faults = fc.integer({ min: 1, max: 100 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(faults, random, (count, value) => {
      const delayMs = retryDelayMs(100, count, () => value);
      const whole = retryDelayMs(100, count, () => 1);
      expect(delayMs).toBeGreaterThanOrEqual(whole / 2);
      expect(delayMs).toBeLessThanOrEqual(whole);
    }),
  );
});
