import { nthSmallest } from '../../domain/nth-smallest.ts';
import type { Normalisation } from '../pack/patch-spec.ts';

/** Every seventh value is enough to place a percentile, and keeps the search short. */
const PERCENTILE_STRIDE = 7;

/**
 * Normalises values in place to [0, 1] (see Normalisation); NaN, outside every slice, becomes 0.
 * A constant patch has no contrast to keep and becomes 0 throughout.
 */
export function normalisePatch(values: Float32Array, normalise: Normalisation): void {
  const sample = new Float32Array(Math.ceil(values.length / PERCENTILE_STRIDE));
  let count = 0;
  for (let i = 0; i < values.length; i += PERCENTILE_STRIDE) {
    if (!Number.isNaN(values[i])) sample[count++] = values[i]!;
  }
  const found = sample.subarray(0, count);
  const percentile = (p: number) =>
    count === 0 ? 0 : nthSmallest(found, Math.round((p / 100) * (count - 1)));
  const low = percentile(normalise.low);
  const range = percentile(normalise.high) - low;
  for (let i = 0; i < values.length; i++) {
    const value = range > 0 ? (values[i]! - low) / range : 0;
    values[i] = value > 0 ? Math.min(value, 1) : 0;
  }
}
