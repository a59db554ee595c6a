/** A map of values of which one is a frame's segment. */
export interface BinaryFrame {
  readonly map: Uint8Array;
  readonly value: number;
}

/**
 * Pixel Data of 1 bit allocated (PS3.5 8.1.1): the frames' pixels one behind another, the first in the least
 * significant bit of the first byte; a frame need not begin with a byte.
 */
export function packBits(frames: readonly BinaryFrame[]): Uint8Array {
  const pixels = frames.reduce((sum, { map }) => sum + map.length, 0);
  const packed = new Uint8Array(Math.ceil(pixels / 8));
  let bit = 0;
  for (const { map, value } of frames) {
    for (let i = 0; i < map.length; i++, bit++) {
      if (map[i] === value) packed[bit >> 3]! |= 1 << (bit & 7);
    }
  }
  return packed;
}
