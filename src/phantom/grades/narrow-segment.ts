import { type Condition, SIDES, type Side } from '../../domain/target.ts';
import type { MotionSegment, SegmentSide } from '../anatomy/motion-segment.ts';
import type { Vertebra } from '../anatomy/vertebra.ts';
import { GRADING_THRESHOLDS } from './grading-thresholds.ts';
import { foraminalRoom, recessDepthMm, sacAreaMm2 } from './measure-narrowing.ts';

/** What a level is narrowed to: the quantities of GRADING_THRESHOLDS. */
export type Wanted = (condition: Condition, side: Side) => number;

/** Smallest x in [0, 1] at which the falling function f reaches `goal`. */
function bisect(f: (x: number) => number, goal: number): number {
  if (f(0) <= goal) return 0;
  let [low, high] = [0, 1];
  for (let i = 0; i < 11; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > goal) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function narrowSide(
  segment: MotionSegment,
  above: Vertebra,
  below: Vertebra,
  side: 0 | 1,
  wanted: Wanted,
  share: number,
): SegmentSide {
  const half = segment.sides[side];
  const excess = Math.max(
    0,
    recessDepthMm(segment, above, below, side) - wanted('subarticular_stenosis', SIDES[side]!),
  );
  const withSide = (changed: SegmentSide): MotionSegment => ({
    ...segment,
    sides: side === 0 ? [changed, segment.sides[1]] : [segment.sides[0], changed],
  });
  const room = (foramenNarrowing: number) =>
    foraminalRoom(withSide({ ...half, foramenNarrowing }), above, below, side);
  return {
    ...half,
    recessAnteriorMm: excess * share,
    recessPosteriorMm: excess * (1 - share),
    foramenNarrowing: bisect(room, wanted('neural_foraminal_narrowing', SIDES[side]!)),
  };
}

/** Narrows the canal in the midline by `x` (0 … 1), `share` of it from the front. */
function narrowCanal(segment: MotionSegment, x: number, share: number): MotionSegment {
  const depth = segment.canalDepthMm - segment.flavumMm;
  return {
    ...segment,
    centralAnteriorMm: x * share * depth,
    centralPosteriorMm: x * (1 - share) * depth,
    sacSqueeze: 0.45 * x,
  };
}

/** Narrows a segment until each measured quantity is what is wanted. */
export function narrowSegment(
  segment: MotionSegment,
  above: Vertebra,
  below: Vertebra,
  wanted: Wanted,
  shares: readonly number[],
): MotionSegment {
  const sides = ([0, 1] as const).map((side) =>
    narrowSide(segment, above, below, side, wanted, shares[side]!),
  );
  const goal = wanted('spinal_canal_stenosis', null);
  let open: MotionSegment = { ...segment, sides: sides as [SegmentSide, SegmentSide] };
  // Recesses that close take their corner of the sac; a sac that keeps its grade has to be wider.
  const least = Math.min(goal, GRADING_THRESHOLDS.spinal_canal_stenosis.drawn.Mild[0]);
  for (let i = 0; i < 24 && sacAreaMm2(open, above, below) < least; i++) {
    open = {
      ...open,
      sacHalfWidthMm: open.sacHalfWidthMm * 1.03,
      sacHalfDepthMm: open.sacHalfDepthMm * 1.02,
      anteriorFatMm: open.anteriorFatMm * 0.8,
    };
  }
  const x = bisect((amount) => sacAreaMm2(narrowCanal(open, amount, shares[2]!), above, below), goal);
  return narrowCanal(open, x, shares[2]!);
}
