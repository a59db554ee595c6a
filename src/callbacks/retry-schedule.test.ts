import { expect, test } from 'vitest';
import { nextAttemptSeconds } from './retry-schedule.ts';

const every = (random: number) =>
  Array.from({ length: 11 }, (_, index) => nextAttemptSeconds(index + 1, () => random));

test('from seconds to a day, longer each time, then no more', () => {
  const waits = every(0.5);
  expect(waits[0]).toBe(5);
  expect(waits.at(-2)).toBe(24 * 3600);
  expect(waits.at(-1)).toBeNull();
  const known = waits.slice(0, -1) as number[];
  expect(known).toEqual(known.toSorted((a, b) => a - b));
  expect(known.reduce((sum, wait) => sum + wait)).toBeGreaterThan(3 * 24 * 3600);
});

test('a fifth of each wait is random', () => {
  const [least, most] = [every(0), every(1)];
  for (const [index, wait] of every(0.5).entries()) {
    if (wait === null) continue;
    expect(least[index]).toBeCloseTo(0.8 * wait);
    expect(most[index]).toBeCloseTo(1.2 * wait);
  }
});
