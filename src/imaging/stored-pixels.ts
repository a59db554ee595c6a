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
  let [least, largest] = [MAX_12_BIT, 1];
  for (let i = 0; i < pixels.length; i++) {
    const raised = pixels[i]! + 0.5;
    const value = raised >= MAX_12_BIT ? MAX_12_BIT : raised > 0 ? raised | 0 : 0;
    stored[i] = value;
    if (value > largest) largest = value;
    if (value < least) least = value;
  }
  return { stored, least, largest, bright: percentile(stored, 0.995) };
}

function percentile(stored: Uint16Array, share: number): number {
  const counts = new Uint32Array(MAX_12_BIT + 1);
  for (const value of stored) counts[value]!++;
  let left = share * stored.length;
  const at = counts.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return Math.max(1, at);
}
