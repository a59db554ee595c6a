import type { DiscLabel } from '../../domain/assessment.ts';
import type { Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { type Anatomy, FIRST_LUMBAR_DISC, FIRST_SACRAL } from './anatomy.ts';
import { labelDisc } from './disc-labels.ts';
import { type FourGrade, fourGradeOf } from './grading-thresholds.ts';
import { measureAnatomy } from './make-anatomy.ts';
import {
  backWall,
  discMargin,
  exitingRootP,
  FORAMEN_OFFSET_MM,
  frontWall,
  RECESS_OFFSET_MM,
} from './segment-shape.ts';
import { patientPoint } from './spine-locator.ts';

/** Discs a localiser is trained on, from cranial to caudal: the five graded and their neighbours. */
export const LANDMARKS = ['T11/T12', 'T12/L1', ...LEVELS, 'S1/S2'] as const;
export type Landmark = (typeof LANDMARKS)[number];

export interface DiscTruth<Name> {
  readonly level: Name;
  /** Centre of the disc. */
  readonly discMm: Point;
  /** Centre of the spinal canal, that is of the dural sac, in the plane of the disc. */
  readonly canalMm: Point;
}

export interface SidePoints {
  readonly level: Level;
  readonly side: 'left' | 'right';
  readonly foramenMm: Point;
  readonly recessMm: Point;
}

/** All that is known of a phantom, in patient space. */
export interface Truth {
  readonly grades: Readonly<Record<string, Grade>>;
  /** Of four grades, by target key. */
  readonly fourGrades: Readonly<Record<string, FourGrade>>;
  readonly labels: Readonly<Record<Level, Readonly<Record<DiscLabel, boolean>>>>;
  /** The measured quantity behind each grade; units in GRADING_THRESHOLDS. */
  readonly measured: Readonly<Record<string, number>>;
  readonly levels: readonly DiscTruth<Level>[];
  readonly landmarks: readonly DiscTruth<Landmark>[];
  readonly sidePoints: readonly SidePoints[];
}

/** Disc index of a landmark. */
function discIndex(landmark: Landmark): number {
  return landmark === 'S1/S2' ? FIRST_SACRAL : FIRST_LUMBAR_DISC - 2 + LANDMARKS.indexOf(landmark);
}

function discTruth<Name extends Landmark>(anatomy: Anatomy, level: Name): DiscTruth<Name> {
  const disc = discIndex(level);
  const [above, below] = [anatomy.vertebrae[disc]!, anatomy.vertebrae[disc + 1]!];
  const segment = anatomy.segments[disc]!;
  // What a reader points at is the dural sac, not the fat before and behind it.
  const sacFront = segment.anteriorFatMm;
  const sacBack = sacFront + 2 * segment.sacHalfDepthMm + 1;
  const front = Math.max(sacFront, frontWall(segment, segment.sides[0], discMargin(above, below, 0), 0, 0));
  const back = Math.min(sacBack, backWall(segment, segment.sides[0], 0, 0.5, 0));
  return {
    level,
    discMm: patientPoint(anatomy.vertebrae, disc, 0.5, 0, -(above.halfDepthMm + below.halfDepthMm) / 2),
    canalMm: patientPoint(anatomy.vertebrae, disc, 0.5, 0, (front + back) / 2),
  };
}

function sidePoints(anatomy: Anatomy, level: Level, side: 'left' | 'right'): SidePoints {
  const disc = discIndex(level);
  const [above, below] = [anatomy.vertebrae[disc]!, anatomy.vertebrae[disc + 1]!];
  const segment = anatomy.segments[disc]!;
  const half = segment.sides[side === 'left' ? 0 : 1];
  const sign = side === 'left' ? 1 : -1;
  const front = frontWall(segment, half, discMargin(above, below, RECESS_OFFSET_MM), RECESS_OFFSET_MM, 0);
  const back = backWall(segment, half, RECESS_OFFSET_MM, 0.5, 0);
  return {
    level,
    side,
    foramenMm: patientPoint(
      anatomy.vertebrae,
      disc,
      0.33,
      sign * FORAMEN_OFFSET_MM,
      exitingRootP(FORAMEN_OFFSET_MM),
    ),
    recessMm: patientPoint(anatomy.vertebrae, disc, 0.5, sign * RECESS_OFFSET_MM, (front + back) / 2),
  };
}

/** Grades and places of an anatomy. */
export function truth(anatomy: Anatomy): Truth {
  const measured = measureAnatomy(anatomy);
  const fourGrades = TARGETS.map((target) => {
    const key = targetKey(target);
    return [key, fourGradeOf(target.condition, measured[key]!)] as const;
  });
  const labels = LEVELS.map((level) => [level, labelDisc(anatomy, level)] as const);
  return {
    grades: anatomy.grades,
    fourGrades: Object.fromEntries(fourGrades),
    labels: Object.fromEntries(labels) as Truth['labels'],
    measured,
    levels: LEVELS.map((level) => discTruth(anatomy, level)),
    landmarks: LANDMARKS.map((landmark) => discTruth(anatomy, landmark)),
    sidePoints: LEVELS.flatMap((level) =>
      (['left', 'right'] as const).map((side) => sidePoints(anatomy, level, side)),
    ),
  };
}
