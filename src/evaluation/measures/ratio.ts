/** Null of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Of any number of values; 0 of none. */
export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
