import { expect, test } from 'vitest';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { remark } from '../../domain/remark.ts';
import type { ForamenPeak } from './detect-on-slice.ts';
import { judgeNumbering } from './judge-numbering.ts';

const levels = LEVELS.map(
  (level, i): LocalisedLevel => ({
    level,
    discMm: [0, -20, -34 * i],
    canalMm: [0, 0, -34 * i],
    confidence: 1,
  }),
);
/** What the finder takes for a level's foramen lies at the disc so many levels lower. */
const peaks = (lower: number, of: readonly Level[] = LEVELS): ForamenPeak[] =>
  of.map((level) => ({
    level,
    pointMm: [17, -8, -34 * (LEVELS.indexOf(level) + lower) + 6],
    score: 0.8,
    inChain: true,
  }));

test('foramina that lie at the discs of their levels raise no doubt', () => {
  expect(judgeNumbering(peaks(0), levels, [])).toEqual([]);
});

test.each([
  [1, { agree: 0, higher: 0, lower: 4 }],
  [-1, { agree: 0, higher: 4, lower: 0 }],
])('foramina all numbered %d level off are told with both counts', (lower, counts) => {
  const off = peaks(lower, lower > 0 ? LEVELS.slice(0, 4) : LEVELS.slice(1));
  expect(judgeNumbering(off, levels, [])).toEqual([
    { code: 'numbering-uncertain', facts: { because: 'foramina', ...counts } },
  ]);
});

test('one foramen off among many, two alone, and peaks outside a row of foramina raise none', () => {
  const [first, ...others] = peaks(0);
  expect(judgeNumbering([{ ...first!, pointMm: [17, -8, -28] }, ...others], levels, [])).toEqual([]);
  expect(judgeNumbering(peaks(1, ['L1/L2', 'L2/L3']), levels, [])).toEqual([]);
  expect(
    judgeNumbering(
      peaks(1).map((peak) => ({ ...peak, inChain: false })),
      levels,
      [],
    ),
  ).toEqual([]);
});

test('of several peaks of a level the highest counts', () => {
  const right = peaks(0).map((peak) => ({ ...peak, score: 0.9 }));
  expect(judgeNumbering([...peaks(1, LEVELS.slice(0, 4)), ...right], levels, [])).toEqual([]);
});

test('what the localiser doubts for its neighbours alone, foramina that count alike confirm', () => {
  const alike = remark('numbering-uncertain', { because: 'neighbours' });
  const upper = remark('numbering-uncertain', { because: 'upper-discs' });
  const sacrum = remark('sacrum-not-seen', {});
  const doubts = [sacrum, alike, upper];
  expect(judgeNumbering(peaks(0), levels, doubts)).toEqual([sacrum, upper]);
  expect(judgeNumbering(peaks(0, LEVELS.slice(1)), levels, doubts)).toEqual([sacrum, upper]);
  expect(judgeNumbering(peaks(0, LEVELS.slice(2)), levels, doubts)).toEqual(doubts);
  const [first, ...others] = peaks(0);
  expect(judgeNumbering([{ ...first!, pointMm: [17, -8, -28] }, ...others], levels, doubts)).toEqual(doubts);
  expect(judgeNumbering([], levels, doubts)).toEqual(doubts);
});
