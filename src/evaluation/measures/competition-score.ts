import { CONDITIONS, type Condition } from '../../domain/target.ts';
import type { GradedRow, GradedStudyRows, GradeIndex, Posteriors } from '../tables/graded-row.ts';

/** The metric of the RSNA 2024 Lumbar Spine Degenerative Classification challenge; less is better. */
export interface CompetitionScore {
  /** Mean of the four parts; null when one of them has no labelled row. */
  readonly score: number | null;
  readonly conditions: Readonly<Record<Condition, number | null>>;
  readonly anySevereCanal: number | null;
}

/** A miss costs 1 (Normal/Mild), 2 (Moderate) or 4 (Severe). */
const gradeWeight = (truth: GradeIndex): number => 2 ** truth;

const SMALLEST = 1e-15;
const clip = (probability: number) => Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));

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

/**
 * "Any severe spinal canal": per study the greatest P(severe) over its labelled canal rows against whether any of
 * them is severe, weighted with the greatest weight among them; null when no canal is labelled.
 */
function anySevereCanalLoss(studies: readonly GradedStudyRows[]): number | null {
  let loss = 0;
  let weights = 0;
  for (const { rows } of studies) {
    const canal = rows.filter((row) => row.condition === 'spinal_canal_stenosis');
    if (canal.length === 0) continue;
    const worst = Math.max(...canal.map((row) => row.truth)) as GradeIndex;
    const severe = clip(Math.max(...canal.map((row) => normalisedPosteriors(row.posteriors)[2])));
    loss -= gradeWeight(worst) * Math.log(worst === 2 ? severe : 1 - severe);
    weights += gradeWeight(worst);
  }
  return weights === 0 ? null : loss / weights;
}

/** The competition's metric over labelled rows: each condition pooled over studies, levels and sides. */
export function competitionScore(studies: readonly GradedStudyRows[]): CompetitionScore {
  const rows = studies.flatMap((study) => study.rows);
  const part = (condition: Condition) => weightedLogLoss(rows.filter((row) => row.condition === condition));
  const conditions = Object.fromEntries(
    CONDITIONS.map((condition) => [condition, part(condition)]),
  ) as Record<Condition, number | null>;
  const anySevereCanal = anySevereCanalLoss(studies);
  const parts = [...Object.values(conditions), anySevereCanal];
  const known = parts.filter((value) => value !== null);
  const score = known.length < parts.length ? null : known.reduce((a, b) => a + b) / parts.length;
  return { score, conditions, anySevereCanal };
}
