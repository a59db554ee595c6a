import type { Grade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { type Condition, SIDES, type Side, TARGETS, targetKey } from '../../domain/target.ts';
import { seededRandom } from '../random.ts';
import {
  type Anatomy,
  FIRST_LUMBAR_DISC,
  type MotionSegment,
  type SegmentSide,
  type Vertebra,
} from './anatomy.ts';
import { drawGrades, type Prevalence, patientWear } from './draw-grades.ts';
import { drawHabitus } from './draw-habitus.ts';
import { drawSegments, drawWear } from './draw-segments.ts';
import { GRADING_THRESHOLDS, gradeOf } from './grading-thresholds.ts';
import { foraminalRoom, recessDepthMm, sacAreaMm2 } from './measure-narrowing.ts';
import { firstLumbar, type SpineVariant } from './spine-variant.ts';
import { stackVertebrae } from './stack-vertebrae.ts';

export interface AnatomyOverrides {
  /** How often the grades occur; 'clinical' by default. */
  readonly prevalence?: Prevalence;
  /** Grades forced by target key; everything else stays as the seed gives it. */
  readonly grades?: Readonly<Record<string, Grade>>;
  /** An ordinary spine by default. */
  readonly variant?: SpineVariant;
}

/** What a level is narrowed to: the quantities of GRADING_THRESHOLDS. */
type Wanted = (condition: Condition, side: Side) => number;

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
function narrow(
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

/** The quantity of every target as measured on the anatomy's geometry, by target key (units: GRADING_THRESHOLDS). */
export function measureAnatomy(anatomy: Pick<Anatomy, 'segments' | 'vertebrae'>): Record<string, number> {
  const measured: Record<string, number> = {};
  for (const target of TARGETS) {
    const disc = FIRST_LUMBAR_DISC + LEVELS.indexOf(target.level);
    const [segment, above, below] = [
      anatomy.segments[disc]!,
      anatomy.vertebrae[disc]!,
      anatomy.vertebrae[disc + 1]!,
    ];
    const side = target.side === 'right' ? 1 : 0;
    measured[targetKey(target)] =
      target.condition === 'spinal_canal_stenosis'
        ? sacAreaMm2(segment, above, below)
        : target.condition === 'subarticular_stenosis'
          ? recessDepthMm(segment, above, below, side)
          : foraminalRoom(segment, above, below, side);
  }
  return measured;
}

/** The grade of every target by target key, from the measured geometry. */
export function gradeAnatomy(anatomy: Pick<Anatomy, 'segments' | 'vertebrae'>): Record<string, Grade> {
  const measured = measureAnatomy(anatomy);
  return Object.fromEntries(
    TARGETS.map((target) => [targetKey(target), gradeOf(target.condition, measured[targetKey(target)]!)]),
  );
}

/**
 * A patient's lumbar spine from a seed. The drawn grades set how far each place is narrowed; the grades kept are
 * those measured afterwards.
 */
export function makeAnatomy(seed: number, overrides: AnatomyOverrides = {}): Anatomy {
  const prevalence = overrides.prevalence ?? 'clinical';
  const wear = drawWear(seed, patientWear(seed, prevalence));
  const grades = { ...drawGrades(seed, prevalence), ...overrides.grades };
  const variant = overrides.variant ?? {};
  const stack = stackVertebrae(seed, wear.heightLoss, wear.listhesisMm, variant);
  const l1 = firstLumbar(variant);
  const free = drawSegments(seed, stack.vertebrae, stack.discHeightsMm, wear);
  const segments = free.map((segment, disc) => {
    const level = LEVELS[disc - FIRST_LUMBAR_DISC];
    if (level === undefined) return segment;
    const wanted: Wanted = (condition, side) => {
      const key = targetKey({ condition, side, level });
      const grade = grades[key]!;
      const random = seededRandom(seed, key);
      const mild = random.chance(0.12 + 0.4 * wear.patient);
      const drawn = grade === 'Normal/Mild' ? (mild ? 'Mild' : 'Normal') : grade;
      return random.uniform(...GRADING_THRESHOLDS[condition].drawn[drawn]);
    };
    const random = seededRandom(seed, `shares ${level}`);
    const shares = [random.uniform(0.15, 0.85), random.uniform(0.15, 0.85), random.uniform(0.25, 0.8)];
    return narrow(segment, stack.vertebrae[disc]!, stack.vertebrae[disc + 1]!, wanted, shares);
  });
  const built = { vertebrae: stack.vertebrae, segments };
  return {
    seed,
    firstLumbar: l1,
    ...built,
    habitus: drawHabitus(seed, stack.vertebrae, l1, wear.patient),
    grades: gradeAnatomy(built),
  };
}
