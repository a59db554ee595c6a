const MAX_12_BIT = 4095;

/** Pixels as an image of 12 bits stores them, and what its header says of their range. */
export interface StoredPixels {
  readonly stored: Uint16Array<ArrayBuffer>;
  readonly least: number;
  /** At least 1. */
  readonly largest: number;
  /** The value below which nearly all lie (99.5 %), at least 1: what a window should show as white. */
  readonly bright: number;
}

/** Rounds to whole numbers and cuts off outside 0 … 4095. */
export function storedPixels(pixels: Float32Array): StoredPixels {
  const stored = new Uint16Array(pixels.length);
  const counts = new Uint32Array(MAX_12_BIT + 1);
  for (let i = 0; i < pixels.length; i++) {
    const raised = pixels[i]! + 0.5;
    const value = raised >= MAX_12_BIT ? MAX_12_BIT : raised > 0 ? raised | 0 : 0;
    stored[i] = value;
    counts[value]!++;
  }
  const least = counts.findIndex((count) => count > 0);
  const largest = counts.findLastIndex((count) => count > 0);
  return { stored, least, largest: Math.max(1, largest), bright: percentile(counts, 0.995 * stored.length) };
}

/** The value at which this many pixels are counted, at least 1. */
function percentile(counts: Uint32Array, pixels: number): number {
  let left = pixels;
  const at = counts.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return Math.max(1, at);
}
