import type { GradedRow, GradeIndex, Posteriors } from '../tables/graded-row.ts';

/** A miss costs 1 (Normal/Mild), 2 (Moderate) or 4 (Severe). */
export const gradeWeight = (truth: GradeIndex): number => 2 ** truth;

const SMALLEST = 1e-15;

/** To [1e-15, 1 − 1e-15], so that every logarithm is finite. */
export const clip = (probability: number) => Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));

/**
 * Probabilities brought to a sum of 1, then clipped to [1e-15, 1 − 1e-15].
 * @throws RangeError when one is negative or not finite, or all are 0.
 */
export function normalisedPosteriors(values: Posteriors): Posteriors {
  const sum = values[0] + values[1] + values[2];
  if (!values.every((value) => Number.isFinite(value) && value >= 0) || !(sum > 0)) {
    throw new RangeError(`probabilities must be finite, not negative and not all 0, got [${values}]`);
  }
  return [clip(values[0] / sum), clip(values[1] / sum), clip(values[2] / sum)];
}

/** Weighted log loss of a set of rows: Σ w·(−ln p_y) / Σ w; null when there are none. */
export function weightedLogLoss(rows: readonly GradedRow[]): number | null {
  let loss = 0;
  let weights = 0;
  for (const { truth, posteriors } of rows) {
    loss -= gradeWeight(truth) * Math.log(normalisedPosteriors(posteriors)[truth]);
    weights += gradeWeight(truth);
  }
  return weights === 0 ? null : loss / weights;
}
