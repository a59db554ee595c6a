/** The quantile, linear between order statistics (Hyndman and Fan 1996, definition 7); NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? Number.NaN : low + (high - low) * (place % 1);
}

/**
 * The quantile as one of the values themselves: the smallest that more than `share` of them do not exceed, so that 0.5
 * of an even number is the upper of the two in the middle. NaN of nothing; values that are not numbers are passed over.
 */
export function observedQuantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The median as one of the values themselves, of an even number the lower of the two in the middle; null of nothing. */
export function lowerMedian(values: readonly number[]): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
