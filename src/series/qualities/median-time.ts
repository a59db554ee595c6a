import { lowerMedian } from '../../domain/quantile.ts';

/** The median of the values that are there, to a tenth: limits hold what is written; null when none is. */
export function medianTimeMs(values: readonly (number | null)[]): number | null {
  const middle = lowerMedian(values.filter((value) => value !== null));
  return middle === null ? null : round(middle);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
