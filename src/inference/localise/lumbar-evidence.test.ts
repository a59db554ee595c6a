import { describe, expect, test } from 'vitest';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { inWords, remark } from '../../domain/remark.ts';
import { notLumbar } from './lumbar-evidence.ts';

interface Shape {
  readonly spacings?: readonly [number, number, number, number];
  /** Degrees by which each interval turns to the back. */
  readonly turns?: readonly [number, number, number, number];
  readonly canalMm?: number;
}

/** Discs of a spine that runs caudally, its canal behind. */
function spine({ spacings = [33, 34, 34, 32], turns = [0, 5, 10, 15], canalMm = 26 }: Shape) {
  let [y, z, angle] = [0, 0, 0];
  return LEVELS.map((level, i): LocalisedLevel => {
    if (i > 0) {
      angle += (turns[i - 1]! * Math.PI) / 180;
      y += spacings[i - 1]! * Math.sin(angle);
      z -= spacings[i - 1]! * Math.cos(angle);
    }
    return { level, discMm: [2, y, z], canalMm: [2, y + canalMm, z], confidence: 0.9 };
  });
}

describe('what can be a lumbar spine is let through', () => {
  test.each([
    ['of a small person', { spacings: [27, 28, 28, 27], canalMm: 20 }],
    ['of a tall person', { spacings: [43, 45, 45, 42], canalMm: 34 }],
    ['with a strong lordosis', { turns: [5, 15, 25, 35] }],
    ['with a collapsed vertebra', { spacings: [33, 20, 34, 32] }],
  ] as const)('%s', (_, shape) => {
    expect(notLumbar(spine(shape), true)).toEqual([]);
  });
});

describe('what cannot be one is turned down, with the reason', () => {
  test.each([
    [
      'a neck',
      { spacings: [17, 17, 18, 18], canalMm: 17 },
      true,
      /18 mm apart on average, where lumbar discs lie 25 to 48/,
    ],
    ['a chest', { spacings: [25, 26, 27, 27] }, false, /26 mm apart on average.* no sacrum was seen/],
    ['an image of wrong scale', { spacings: [66, 68, 68, 64], canalMm: 52 }, true, /67 mm apart/],
    ['chance', { spacings: [20, 50, 22, 48] }, true, /20 to 50 mm, are too uneven/],
    ['a line with a kink', { turns: [0, 50, 0, 0] }, true, /turns by 50°/],
    ['a canal too near', { canalMm: 11 }, true, /canal lies 11 mm behind/],
  ] as const)('%s', (_, shape, sacrumSeen, reason) => {
    const reasons = notLumbar(spine(shape), sacrumSeen).map((seen) =>
      inWords(remark('no-lumbar-spine', seen)),
    );
    expect(reasons).toContainEqual(expect.stringMatching(reason));
    for (const text of reasons)
      expect(text).toMatch(/^sagittal T2: the discs found are not those of a lumbar spine/);
  });
});
