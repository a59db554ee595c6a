import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { length, type Point, subtract } from '../../domain/point.ts';
import { analyticSlice } from '../../measure/analytic-slice.fixture.ts';
import { centredOnDiscs } from './centred-on-discs.ts';

const SPACING = 35;
/** Discs of 34 × 9 mm, one above the other on the plane x = 0. */
const middleOf = (i: number): Point => [0, 0, (2 - i) * SPACING];
const spineOf = (isDisc: (x: number) => boolean) =>
  analyticSlice((x, y) => {
    const i = Math.round(y / SPACING) + 2;
    const beside = Math.abs(y - (i - 2) * SPACING);
    return i >= 0 && i < LEVELS.length && isDisc(x) && beside < 4.5 ? 'disc' : null;
  });
const spine = spineOf((x) => Math.abs(x) < 17);

function found(off: (i: number) => Point): readonly LocalisedLevel[] {
  return LEVELS.map((level, i): LocalisedLevel => {
    const [x, y, z] = middleOf(i);
    const [dx, dy, dz] = off(i);
    return { level, discMm: [x + dx, y + dy, z + dz], canalMm: [x, y + 26, z], confidence: 0.9 };
  });
}
const each = <T>(value: T) => LEVELS.map(() => value);

describe('a disc that was found beside itself', () => {
  test('is moved to the middle of its outline, along its slice alone, and nothing else is, nor L5/S1', () => {
    const off = fc.record({
      aside: fc.double({ min: -10, max: 10, noNaN: true }),
      turn: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
      far: fc.double({ min: 4.5, max: 11.5, noNaN: true }),
    });
    fc.assert(
      fc.property(off, ({ aside, turn, far }) => {
        const levels = found(() => [aside, far * Math.cos(turn), far * Math.sin(turn)]);
        for (const [i, { discMm, ...rest }] of centredOnDiscs(levels, each(spine)).entries()) {
          const [, y, z] = middleOf(i);
          // Half a pixel.
          if (rest.level === 'L5/S1') expect(discMm).toEqual(levels[i]!.discMm);
          else expect(length(subtract(discMm, [aside, y, z]))).toBeLessThan(0.45);
          expect({ ...rest, discMm: levels[i]!.discMm }).toEqual(levels[i]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('is moved to the middle of the whole, where its outline has a gap', () => {
    const gaping = spineOf((x) => Math.abs(x) < 17 && Math.abs(x + 6) > 1);
    const [, , third] = centredOnDiscs(
      found(() => [0, 6, 0]),
      each(gaping),
    );
    expect(length(subtract(third!.discMm, middleOf(2)))).toBeLessThan(1);
  });

  test.each([
    ['is deeper than any disc', 0, (x: number) => x > -17 && x < 32],
    ['has its middle in a gap', 8, (x: number) => Math.abs(x) < 17 && Math.abs(x) > 3],
  ])('stays where its outline %s', (_, y, isDisc) => {
    const levels = found(() => [0, y, 0]);
    expect(centredOnDiscs(levels, each(spineOf(isDisc)))).toEqual(levels);
  });

  test('stays where its outline runs out of the slice', () => {
    const cut = { ...spine, seen: spine.seen.map((_, at) => (at % spine.grid.size > 100 ? 0 : 1)) };
    const levels = found(() => [0, 6, 0]);
    expect(centredOnDiscs(levels, each(cut))).toEqual(levels);
  });

  test('stays where the outline is nearer to another level', () => {
    // L2/L3 was taken for L1/L2, 8 mm above its middle, and for itself, 2 mm below.
    const levels = found((i) => (i === 0 ? [0, 0, 8 - SPACING] : [0, 0, -2]));
    expect(centredOnDiscs(levels, each(spine))[0]).toEqual(levels[0]);
  });
});

test('a disc stays where it was found near its middle, far from any outline, or where no slice shows it', () => {
  const [near, far] = [found(() => [1, 2, 3]), found(() => [0, 9, 11])];
  expect(centredOnDiscs(near, each(spine))).toEqual(near);
  expect(centredOnDiscs(far, each(spine))).toEqual(far);
  const aside = found(() => [0, 6, 0]);
  expect(centredOnDiscs(aside, each('level-out-of-view'))).toEqual(aside);
});
