import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecError } from './codec-error.ts';
import { decodeRle } from './decode-rle.ts';

const shape = (segments: number, pixels: number) => ({
  rows: 1,
  columns: pixels,
  bitsAllocated: 8 * segments,
});

/** An RLE frame of segments packed already. */
function frame(...segments: readonly number[][]): Uint8Array {
  const header = new Uint32Array(16);
  header[0] = segments.length;
  let offset = 64;
  for (const [index, segment] of segments.entries()) {
    header[index + 1] = offset;
    offset += segment.length;
  }
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

test('literal runs, repeated runs, no-operations and padding', () => {
  const literal = [2, 10, 20, 30];
  const repeated = [254, 7];
  expect([...decodeRle(frame([...literal, 128, ...repeated, 0]), shape(1, 6)).values]).toEqual([
    10, 20, 30, 7, 7, 7,
  ]);
});

test('the first segment of a two-byte image holds the high bytes', () => {
  expect([...decodeRle(frame([255, 1], [1, 2, 3]), shape(2, 2)).values]).toEqual([0x102, 0x103]);
});

test.each([
  ['a missing segment', frame([255, 1]), 2, 2],
  ['a run over the end of the image', frame([250, 1]), 1, 2],
  ['a segment that ends early', frame([255, 1]), 1, 3],
  ['a literal run cut off', frame([3, 1, 2]), 1, 4],
  ['a repeated run cut off', frame([250]), 1, 7],
  ['nothing but no-operations', frame([128, 128]), 1, 1],
  ['a header cut off', frame([255, 1]).subarray(0, 63), 1, 2],
])('%s is refused', (_, fragment, segments, pixels) => {
  expect(() => decodeRle(fragment, shape(segments, pixels))).toThrow(CodecError);
});

test('segment offsets outside the fragment or out of order are refused', () => {
  for (const offset of [0, 63, 66, 2 ** 32 - 1]) {
    const broken = frame([255, 1]);
    new DataView(broken.buffer).setUint32(4, offset, true);
    expect(() => decodeRle(broken, shape(1, 2))).toThrow(CodecError);
  }
});

test('any bytes either give the whole image or a CodecError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (packed, pixels) => {
      try {
        expect(decodeRle(frame([...packed]), shape(1, pixels)).values).toHaveLength(pixels);
      } catch (fault) {
        expect(fault).toBeInstanceOf(CodecError);
      }
    }),
  );
});
