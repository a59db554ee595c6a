import type { ConfusionMatrix } from './confusion-matrix.ts';
import { sum } from './ratio.ts';

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
