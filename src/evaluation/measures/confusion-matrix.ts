import { GRADES } from '../../domain/grade.ts';
import { type GradedRow, predictedGrade } from '../tables/graded-row.ts';

/** Counts: truth (row) by prediction (column), both in GRADES order. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** Counts rows by their reference grade and the most probable one. */
export function confusionMatrix(rows: readonly GradedRow[]): ConfusionMatrix {
  const counts = GRADES.map(() => GRADES.map(() => 0));
  for (const row of rows) counts[row.truth]![predictedGrade(row)]!++;
  return counts;
}
