import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEVELS } from '../../domain/level.ts';
import { along, negate, type Point } from '../../domain/point.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { levelFrame } from '../crop/level-frame.ts';
import { placeLikelihood } from './place-likelihood.ts';

const frameOf = (seed: number) => {
  const { truth } = phantomStudy(seed, { family: 'held-out' });
  const placed = truth.levels.map((level) => ({ ...level, confidence: 1 }));
  return { truth, frames: LEVELS.map((level, i) => ({ level, frame: levelFrame(placed, i) })) };
};

test('the foramina of phantoms are likeliest at their own level and side', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { truth, frames } = frameOf(seed);
    for (const { level, side, foramenMm } of truth.sidePoints) {
      const own = placeLikelihood(foramenMm, side, frames[LEVELS.indexOf(level)]!);
      expect(own, `seed ${seed}, ${side} ${level}`).toBeGreaterThan(-6);
      const other = side === 'left' ? 'right' : 'left';
      expect(placeLikelihood(foramenMm, other, frames[LEVELS.indexOf(level)]!)).toBe(-Infinity);
      for (const [i, frame] of frames.entries()) {
        if (LEVELS[i] !== level) expect(placeLikelihood(foramenMm, side, frame)).toBeLessThan(own);
      }
    }
  }
});

test('a patient turned or moved has the same likelihoods', () => {
  const { frames, truth } = frameOf(3);
  const { foramenMm } = truth.sidePoints.find(({ level, side }) => level === 'L4/L5' && side === 'left')!;
  const { frame, level } = frames[3]!;
  const mm = fc.double({ min: -200, max: 200, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(mm, mm, mm), (by) => {
      const moved = (point: Point) => along(point, by, 1);
      const there = {
        level,
        frame: { ...frame, canalMm: moved(frame.canalMm), marginMm: moved(frame.marginMm) },
      };
      expect(placeLikelihood(moved(foramenMm), 'left', there)).toBeCloseTo(
        placeLikelihood(foramenMm, 'left', { level, frame }),
        6,
      );
    }),
  );
});

test('half a level higher or lower is another level’s, whatever the peak', () => {
  const { frames, truth } = frameOf(5);
  const { foramenMm } = truth.sidePoints.find(({ level, side }) => level === 'L3/L4' && side === 'right')!;
  const { frame } = frames[2]!;
  for (const direction of [frame.caudal, negate(frame.caudal)]) {
    expect(placeLikelihood(along(foramenMm, direction, 30), 'right', frames[2]!)).toBe(-Infinity);
  }
});
