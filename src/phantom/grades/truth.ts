import type { DiscLabel } from '../../domain/assessment.ts';
import type { Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import type { Anatomy } from '../anatomy/anatomy.ts';
import { labelDisc } from './disc-labels.ts';
import { type DiscTruth, discTruth, LANDMARKS, type Landmark } from './disc-truth.ts';
import { type FourGrade, fourGradeOf } from './grading-thresholds.ts';
import { measureAnatomy } from './measure-anatomy.ts';
import { type SidePoints, sidePoints } from './side-points.ts';

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
