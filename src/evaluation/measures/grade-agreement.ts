import type { ConfusionMatrix } from './confusion-matrix.ts';
import { quadraticKappa } from './quadratic-kappa.ts';
import { ratio, sum } from './ratio.ts';

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
