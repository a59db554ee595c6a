import { deflateSync } from 'node:zlib';
import { pngFile } from './png-file.ts';

/** An 8-bit greyscale PNG (ISO/IEC 15948) of width × height values in [0, 1], row-major; what lies outside is clipped. */
export function greyPng(values: Float32Array, width: number, height: number): Uint8Array {
  const scanlines = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row++) {
    const at = row * (width + 1);
    // Filter type Sub: each byte less its left neighbour.
    scanlines[at] = 1;
    let left = 0;
    for (let column = 0; column < width; column++) {
      const grey = Math.round(255 * Math.min(1, Math.max(0, values[row * width + column]!)));
      scanlines[at + 1 + column] = grey - left;
      left = grey;
    }
  }
  return pngFile({ width, height, colour: 'grey' }, deflateSync(scanlines, { level: 9 }));
}
