import type { Target } from '../../domain/target.ts';

/** Position in GRADES, mildest first. */
export type GradeIndex = 0 | 1 | 2;
/** Probabilities in GRADES order. */
export type Posteriors = readonly [number, number, number];

/** One target of one study: the reference grade and what was predicted. */
export interface GradedRow extends Target {
  readonly truth: GradeIndex;
  readonly posteriors: Posteriors;
  /** Marked: to be read with care. */
  readonly uncertain?: true;
}

/** The labelled targets of one study: the unit that is resampled. */
export interface GradedStudyRows {
  readonly studyId: string;
  readonly rows: readonly GradedRow[];
}

/** Probability of Moderate or Severe. */
export const moderateOrWorse = ({ posteriors }: GradedRow): number => posteriors[1] + posteriors[2];

/** The most probable grade; of equal ones the milder. */
export function predictedGrade({ posteriors: [normalMild, moderate, severe] }: GradedRow): GradeIndex {
  if (normalMild >= moderate && normalMild >= severe) return 0;
  return moderate >= severe ? 1 : 2;
}
