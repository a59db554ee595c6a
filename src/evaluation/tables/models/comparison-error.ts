/** Evaluations that cannot stand in one table. */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError';
}
