import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

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
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanlines, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
