import { CONDITIONS, type Condition } from '../../domain/target.ts';
import type { GradedStudyRows, GradeIndex } from '../tables/graded-row.ts';
import { clip, gradeWeight, normalisedPosteriors, weightedLogLoss } from './weighted-log-loss.ts';

/** The metric of the RSNA 2024 Lumbar Spine Degenerative Classification challenge; less is better. */
export interface CompetitionScore {
  /** Mean of the four parts; null when one of them has no labelled row. */
  readonly score: number | null;
  readonly conditions: Readonly<Record<Condition, number | null>>;
  readonly anySevereCanal: number | null;
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
