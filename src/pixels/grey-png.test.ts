import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { greyPng } from './grey-png.ts';

/** Chunks of a PNG: type → data. */
function chunks(png: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at);
    found.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  return found;
}

test('greyPng holds the values, row by row, clipped to [0, 1]', () => {
  const png = Buffer.from(greyPng(Float32Array.from([0, 0.5, 1, 2, -1, 0.2]), 3, 2));
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const parts = chunks(png);
  expect([...parts.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  expect([...parts.get('IHDR')!]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
  // Filter type 1 (Sub), then differences modulo 256.
  expect([...inflateSync(parts.get('IDAT')!)]).toEqual([1, 0, 128, 127, 1, 255, 1, 51]);
  // The check value of an empty IEND chunk is known.
  expect(png.subarray(-4).toString('hex')).toBe('ae426082');
});
