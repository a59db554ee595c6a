/** PS3.5 G.5: the RLE header is the number of segments and 15 offsets, 32 bits each, little endian. */
const HEADER_BYTES = 64;

/**
 * Decodes one frame of RLE Lossless (PS3.5 annex G) into its byte planes, one after the other as the segments
 * stand: the most significant byte of all pixels first.
 * @param fragment the frame as encapsulated, header included.
 * @returns segments × pixelCount bytes.
 * @throws RangeError saying what is malformed; a segment must give exactly pixelCount bytes.
 */
export function decodeRle(fragment: Uint8Array, segments: number, pixelCount: number): Uint8Array {
  if (fragment.length < HEADER_BYTES) throw new RangeError('the RLE header is cut off');
  const header = new DataView(fragment.buffer, fragment.byteOffset, HEADER_BYTES);
  const declared = header.getUint32(0, true);
  if (declared !== segments) throw new RangeError(`${declared} RLE segments where ${segments} belong`);
  const offsets = Array.from({ length: segments }, (_, index) => header.getUint32(4 * (index + 1), true));
  const planes = new Uint8Array(segments * pixelCount);
  for (const [index, start] of offsets.entries()) {
    const end = offsets[index + 1] ?? fragment.length;
    if (start < HEADER_BYTES || end <= start || end > fragment.length) {
      throw new RangeError('an RLE segment lies outside its fragment');
    }
    unpackBits(fragment, start, end, planes, index * pixelCount, (index + 1) * pixelCount);
  }
  return planes;
}

/** PackBits (PS3.5 G.3.2): fills to[toStart, toEnd) exactly; bytes left over at the end of the segment are padding. */
function unpackBits(
  from: Uint8Array,
  fromStart: number,
  fromEnd: number,
  to: Uint8Array,
  toStart: number,
  toEnd: number,
): void {
  let read = fromStart;
  let write = toStart;
  while (write < toEnd) {
    const control = from[read++]!;
    if (control === 128) {
      if (read >= fromEnd) break;
      continue;
    }
    const literal = control < 128;
    const count = literal ? control + 1 : 257 - control;
    const consumed = literal ? count : 1;
    if (read + consumed > fromEnd) break;
    if (write + count > toEnd) throw new RangeError('an RLE segment is longer than the image');
    if (literal) to.set(from.subarray(read, read + count), write);
    else to.fill(from[read]!, write, write + count);
    read += consumed;
    write += count;
  }
  if (write !== toEnd) throw new RangeError('an RLE segment is shorter than the image');
}
