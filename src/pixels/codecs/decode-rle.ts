import { CodecError } from './codec-error.ts';
import type { FrameShape, Samples } from './samples.ts';

/** PS3.5 G.5: the RLE header is the number of segments and 15 offsets, 32 bits each, little endian. */
const HEADER_BYTES = 64;

/**
 * Decodes one frame of RLE Lossless (PS3.5 annex G): a segment for each byte of a cell, the most significant first.
 * @param fragment the frame as encapsulated, header included.
 * @throws CodecError saying what is malformed; a segment must give exactly one byte a pixel.
 */
export function decodeRle(fragment: Uint8Array, { rows, columns, bitsAllocated }: FrameShape): Samples {
  if (fragment.length < HEADER_BYTES) throw new CodecError('the RLE header is cut off');
  const header = new DataView(fragment.buffer, fragment.byteOffset, HEADER_BYTES);
  const segments = bitsAllocated / 8;
  const declared = header.getUint32(0, true);
  if (declared !== segments) throw new CodecError(`${declared} RLE segments where ${segments} belong`);
  const planes = Array.from({ length: segments }, (_, index) => {
    const start = header.getUint32(4 * (index + 1), true);
    const end = index + 1 < segments ? header.getUint32(4 * (index + 2), true) : fragment.length;
    if (start < HEADER_BYTES || end <= start || end > fragment.length) {
      throw new CodecError('an RLE segment lies outside its fragment');
    }
    const plane = new Uint8Array(rows * columns);
    unpackBits(fragment, start, end, plane);
    return plane;
  });
  const values = segments === 1 ? planes[0]! : joinPlanes(planes[0]!, planes[1]!);
  return { values, precision: bitsAllocated, signed: null };
}

function joinPlanes(high: Uint8Array, low: Uint8Array): Uint16Array {
  const values = new Uint16Array(high.length);
  for (let i = 0; i < values.length; i++) values[i] = (high[i]! << 8) | low[i]!;
  return values;
}

/** PackBits (PS3.5 G.3.2): fills `to` exactly; bytes left over at the end of the segment are padding. */
function unpackBits(from: Uint8Array, fromStart: number, fromEnd: number, to: Uint8Array): void {
  let read = fromStart;
  let write = 0;
  while (write < to.length) {
    const control = from[read++]!;
    if (control === 128) {
      if (read >= fromEnd) break;
      continue;
    }
    const literal = control < 128;
    const count = literal ? control + 1 : 257 - control;
    const consumed = literal ? count : 1;
    if (read + consumed > fromEnd) break;
    if (write + count > to.length) throw new CodecError('an RLE segment is longer than the image');
    if (literal) to.set(from.subarray(read, read + count), write);
    else to.fill(from[read]!, write, write + count);
    read += consumed;
    write += count;
  }
  if (write !== to.length) throw new CodecError('an RLE segment is shorter than the image');
}
