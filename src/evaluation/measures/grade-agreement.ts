import { GRADES } from '../../domain/grade.ts';
import { type GradedRow, predictedGrade } from '../tables/graded-row.ts';

/** Counts: truth (row) by prediction (column), both in GRADES order. */
export type ConfusionMatrix = readonly (readonly number[])[];

export interface GradeAgreement {
  /** Correct among those predicted so; null when none was. */
  readonly precision: number | null;
  /** Found among those that are so; null when there is none. */
  readonly recall: number | null;
  /** Null when the grade neither occurs nor is predicted. */
  readonly f1: number | null;
}

export interface Agreement {
  readonly accuracy: number | null;
  /** In GRADES order. */
  readonly grades: readonly GradeAgreement[];
  /** Means over the grades that occur or are predicted; an undefined precision or recall among them counts 0. */
  readonly macro: GradeAgreement;
  /** Null when chance alone would agree wholly (one grade only). */
  readonly quadraticKappa: number | null;
}

export function confusionMatrix(rows: readonly GradedRow[]): ConfusionMatrix {
  const counts = GRADES.map(() => GRADES.map(() => 0));
  for (const row of rows) counts[row.truth]![predictedGrade(row)]!++;
  return counts;
}

/** Accuracy, precision, recall, F1 and κ from a confusion matrix of any size. */
export function agreement(matrix: ConfusionMatrix): Agreement {
  const total = sum(matrix.map(sum));
  const grades = matrix.map((truthCounts, grade): GradeAgreement => {
    const hits = truthCounts[grade]!;
    const occurring = sum(truthCounts);
    const predicted = sum(matrix.map((row) => row[grade]!));
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, occurring),
      f1: ratio(2 * hits, occurring + predicted),
    };
  });
  const counted = grades.filter(({ f1 }) => f1 !== null);
  const mean = (of: (grade: GradeAgreement) => number | null) =>
    ratio(sum(counted.map((grade) => of(grade) ?? 0)), counted.length);
  return {
    accuracy: ratio(sum(matrix.map((row, grade) => row[grade]!)), total),
    grades,
    macro: { precision: mean((g) => g.precision), recall: mean((g) => g.recall), f1: mean((g) => g.f1) },
    quadraticKappa: quadraticKappa(matrix),
  };
}

/**
 * Cohen's κ with quadratic weights (Cohen, Psychological Bulletin 1968): 1 − Σ d²·observed / Σ d²·expected, d the
 * distance between grades.
 */
export function quadraticKappa(matrix: ConfusionMatrix): number | null {
  const total = sum(matrix.map(sum));
  const rows = matrix.map(sum);
  const columns = matrix.map((_, grade) => sum(matrix.map((row) => row[grade]!)));
  let [observed, expected] = [0, 0];
  for (const [truth, counts] of matrix.entries()) {
    for (const [predicted, count] of counts.entries()) {
      const weight = (truth - predicted) ** 2;
      observed += weight * count;
      expected += (weight * rows[truth]! * columns[predicted]!) / total;
    }
  }
  return expected > 0 ? 1 - observed / expected : null;
}

/** Null of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
