/** Predictions of about one size, and how often what they foretold occurred. */
export interface ReliabilityBin {
  readonly count: number;
  readonly meanPredicted: number;
  readonly observed: number;
}

const RELIABILITY_BINS = 15;

/**
 * Sorts predictions into bins of equal mass (equal counts, but for equal predictions, which stay together); empty
 * bins are left out. The order of the predictions does not matter.
 */
export function reliabilityBins(
  predicted: readonly number[],
  occurred: readonly boolean[],
  bins = RELIABILITY_BINS,
): readonly ReliabilityBin[] {
  const sorted = Float64Array.from(predicted).sort();
  const upperEdges = Array.from({ length: bins }, (_, bin) => {
    const last = Math.ceil(((bin + 1) * sorted.length) / bins) - 1;
    return sorted[last] ?? Number.POSITIVE_INFINITY;
  });
  const sums = upperEdges.map(() => ({ count: 0, predicted: 0, occurred: 0 }));
  for (const [i, value] of predicted.entries()) {
    const sum = sums[upperEdges.findIndex((edge) => value <= edge)]!;
    sum.count++;
    sum.predicted += value;
    if (occurred[i]) sum.occurred++;
  }
  return sums
    .filter((sum) => sum.count > 0)
    .map((sum) => ({
      count: sum.count,
      meanPredicted: sum.predicted / sum.count,
      observed: sum.occurred / sum.count,
    }));
}

/**
 * Expected calibration error (Naeini, Cooper and Hauskrecht, AAAI 2015) over the given bins: the mean of
 * |observed − predicted| weighted by their counts; null when there are none.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (count === 0) return null;
  return bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.observed - bin.meanPredicted), 0) / count;
}
