import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../phantom/random.ts';
import { bootstrap } from './bootstrap.ts';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const random = seededRandom(7, 'sample');
const SAMPLE = Array.from({ length: 400 }, () => random.normal(10, 2));

describe('bootstrap', () => {
  test('gives the mean about the interval that theory gives', () => {
    const { m } = bootstrap(SAMPLE, (drawn) => ({ m: mean(drawn) }), { seed: 1, resamples: 2000 });
    const deviation = Math.sqrt(mean(SAMPLE.map((x) => (x - mean(SAMPLE)) ** 2)));
    const half = (1.96 * deviation) / Math.sqrt(SAMPLE.length);
    expect(m.value).toBe(mean(SAMPLE));
    expect(m.interval![0]).toBeCloseTo(m.value! - half, 1);
    expect(m.interval![1]).toBeCloseTo(m.value! + half, 1);
  });

  test('draws the same from the same seed, other from another', () => {
    const interval = (seed: number) =>
      bootstrap(SAMPLE, (drawn) => ({ m: mean(drawn) }), { seed, resamples: 50 }).m.interval;
    expect(interval(3)).toEqual(interval(3));
    expect(interval(3)).not.toEqual(interval(4));
  });

  test('gives no interval from one unit, from no resamples, or where the statistic is mostly undefined', () => {
    const ofFirst = (drawn: readonly number[]) => ({ s: drawn.includes(SAMPLE[0]!) ? 1 : null });
    expect(bootstrap([5], (drawn) => ({ m: mean(drawn) }), { seed: 1, resamples: 100 }).m).toEqual({
      value: 5,
      interval: null,
    });
    expect(bootstrap(SAMPLE, ofFirst, { seed: 1, resamples: 0 }).s).toEqual({ value: 1, interval: null });
    // A given unit is in a resample with probability 1 − 1/e.
    expect(bootstrap(SAMPLE, ofFirst, { seed: 1, resamples: 200 }).s).toEqual({ value: 1, interval: null });
  });
});
