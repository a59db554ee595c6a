import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyticSlice, SEGMENT, type Shape, segmentShape } from '../../../measure/analytic-slice.fixture.ts';
import { measureForamen } from './measure-foramen.ts';

/** What bounds a foramen, mm from the disc's middle line and posterior margin; pedicles reach 15 up and down. */
interface ForamenShape {
  readonly aboveMm: number;
  readonly belowMm: number;
  readonly widthMm: number;
  readonly turned: number;
}
const FORAMEN: ForamenShape = { aboveMm: 12, belowMm: 6, widthMm: 7, turned: 0 };
const PEDICLE_MM = 15;

/** Bodies, disc, both pedicles, and the articular process between them. */
function foramenShape(of: Partial<ForamenShape> = {}): Shape {
  const { aboveMm, belowMm, widthMm, turned } = { ...FORAMEN, ...of };
  const bodies = segmentShape({ sac: 0, fat: 0, gap: 0, turned });
  const [cos, sin] = [Math.cos(turned), Math.sin(turned)];
  return (px, py) => {
    const [x, y] = [px * cos + py * sin, py * cos - px * sin];
    const behind = x - SEGMENT.depth / 2;
    const isPedicle =
      (y < -aboveMm && y > -aboveMm - PEDICLE_MM) || (y > belowMm && y < belowMm + PEDICLE_MM);
    if (behind >= 0 && behind < 25 && isPedicle) return 'vertebra';
    const isProcess = behind > widthMm && behind < 20 && y > -aboveMm && y < belowMm;
    return isProcess ? 'vertebra' : bodies(px, py);
  };
}
const measured = (shape: Shape) => measureForamen(analyticSlice(shape), [0, 0, 0]);

test('a foramen of known size has its height and width, however it lies', () => {
  fc.assert(
    fc.property(
      fc.record({
        aboveMm: fc.double({ min: 9, max: 14, noNaN: true }),
        belowMm: fc.double({ min: 5, max: 9, noNaN: true }),
        widthMm: fc.double({ min: 4, max: 11, noNaN: true }),
        turned: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      }),
      (foramen) => {
        const size = measured(foramenShape(foramen));
        expect(Math.abs(size!.heightMm - foramen.aboveMm - foramen.belowMm)).toBeLessThan(1);
        expect(Math.abs(size!.widthMm - foramen.widthMm)).toBeLessThan(1);
      },
    ),
    { numRuns: 15 },
  );
});

const whole = foramenShape();
const without =
  (isGone: (x: number, y: number) => boolean): Shape =>
  (x, y) =>
    isGone(x, y) ? null : whole(x, y);
const BEHIND_MM = SEGMENT.depth / 2;

test.each<[string, Shape]>([
  ['the upper pedicle', without((x, y) => x > BEHIND_MM && y < -FORAMEN.aboveMm)],
  ['the lower pedicle', without((x, y) => x > BEHIND_MM && y > FORAMEN.belowMm)],
  ['all but a margin of a pedicle', without((x, y) => x > BEHIND_MM && y < -FORAMEN.aboveMm - 4)],
  ['the root of a pedicle', without((x, y) => y > 0 && x > BEHIND_MM - 4 && x < BEHIND_MM + 1)],
  [
    'the articular process',
    without((x, y) => x > BEHIND_MM + FORAMEN.widthMm && Math.abs(y) < FORAMEN.belowMm + 6),
  ],
  ['the disc', without((_, y) => Math.abs(y) < SEGMENT.discHeight / 2)],
])('where %s is not outlined, nothing is measured', (_, shape) => {
  expect(measured(whole)).not.toBeNull();
  expect(measured(shape)).toBeNull();
});

test('the canal between arches is no foramen', () => {
  expect(measured((x, y) => whole(x, y) ?? (x > BEHIND_MM ? 'sac' : null))).toBeNull();
  expect(measured(segmentShape())).toBeNull();
});
