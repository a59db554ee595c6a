import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { pngFile } from './png-file.ts';

const CHANNELS = 3;
/** Filter type: each byte less the one above (ISO/IEC 15948 9.2): of plain areas and letters little is left. */
const UP = 2;

/** A PNG of width × height × 3 samples of 8 bits, row by row, a pixel's together. Packed off the event loop. */
export async function rgbPng(samples: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const row = width * CHANNELS;
  const scanlines = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const at = y * (row + 1);
    scanlines[at] = UP;
    for (let x = 0; x < row; x += 1) {
      const above = y === 0 ? 0 : samples[(y - 1) * row + x]!;
      scanlines[at + 1 + x] = samples[y * row + x]! - above;
    }
  }
  return pngFile({ width, height, colour: 'rgb' }, await promisify(deflate)(scanlines));
}
