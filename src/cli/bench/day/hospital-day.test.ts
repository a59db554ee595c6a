import { expect, test } from 'vitest';
import { HOURLY_SHARES, hospitalDay } from './hospital-day.ts';

const day = hospitalDay(2_000, 1);

test('a third is lumbar, of which a few have late images; all within the day, in order', () => {
  const lumbar = day.filter(({ isLumbar }) => isLumbar);
  expect(lumbar.length).toBeGreaterThan(600);
  expect(lumbar.length).toBeLessThan(740);
  const late = day.filter(({ lateMinutes }) => lateMinutes !== null);
  expect(late.every(({ isLumbar }) => isLumbar)).toBe(true);
  expect(late.length).toBeGreaterThan(15);
  expect(late.length).toBeLessThan(60);
  expect(day.map(({ atMinute }) => atMinute)).toEqual(
    day.map(({ atMinute }) => atMinute).toSorted((a, b) => a - b),
  );
  expect(day[0]!.atMinute).toBeGreaterThanOrEqual(0);
  expect(day.at(-1)!.atMinute).toBeLessThan(24 * 60);
});

test('each hour has its share; the same seed gives the same day, another seed another', () => {
  const total = HOURLY_SHARES.reduce((sum, share) => sum + share, 0);
  for (const [hour, share] of HOURLY_SHARES.entries()) {
    const there = day.filter(({ atMinute }) => Math.floor(atMinute / 60) === hour).length;
    const expected = (2_000 * share) / total;
    expect(Math.abs(there - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
  expect(hospitalDay(2_000, 1)).toEqual(day);
  expect(hospitalDay(2_000, 2)).not.toEqual(day);
});
