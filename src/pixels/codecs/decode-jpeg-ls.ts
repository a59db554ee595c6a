import { CodecError } from './codec-error.ts';
import type { FrameShape, Samples } from './samples.ts';
import { copySamples, wasmCodec } from './wasm/wasm-codec.ts';

const [SOI, EOI, SOF55] = [0xd8, 0xd9, 0xf7];

const charLs = wasmCodec(
  '@cornerstonejs/codec-charls/decodewasmjs',
  '@cornerstonejs/codec-charls/decodewasm',
  'JpegLSDecoder',
);

/**
 * Decodes JPEG-LS, lossless and near-lossless (ITU-T T.87), with CharLS.
 * @throws CodecError when the data are malformed, cut off, or of another size than expected.
 */
export async function decodeJpegLs(padded: Uint8Array, shape: FrameShape): Promise<Samples> {
  const bytes = withoutPadding(padded);
  checkFrameHeader(bytes, shape);
  return charLs(bytes, (decoder) => {
    const { bitsPerSample } = decoder.getFrameInfo();
    const values = copySamples(decoder.getDecodedBuffer(), shape.rows * shape.columns, bitsPerSample);
    return { values, precision: bitsPerSample, signed: null };
  });
}

/** PS3.5 A.4: an odd frame is padded with a zero after its end marker. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  if (end < 4 || bytes[end - 2] !== 0xff || bytes[end - 1] !== EOI) {
    throw new CodecError('the JPEG-LS image is cut off: it has no end marker');
  }
  return bytes.subarray(0, end);
}

/** T.87 C.2.2: the frame must be what the DICOM header says before a decoder makes room for it. */
function checkFrameHeader(bytes: Uint8Array, shape: FrameShape): void {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new CodecError('does not begin like a JPEG-LS image');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 12 <= bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (bytes[at + 1] !== SOF55) continue;
    const [precision, rows, columns, components] = [
      bytes[at + 4]!,
      view.getUint16(at + 5),
      view.getUint16(at + 7),
      bytes[at + 9]!,
    ];
    if (components !== 1 || rows !== shape.rows || columns !== shape.columns) {
      throw new CodecError(
        `the JPEG-LS image has ${rows} × ${columns} pixels of ${components} components where ${shape.rows} × ${shape.columns} of 1 belong`,
      );
    }
    if (precision < 2 || precision > shape.bitsAllocated) {
      throw new CodecError(
        `the JPEG-LS image has ${precision} bits a sample where ${shape.bitsAllocated} fit`,
      );
    }
    return;
  }
  throw new CodecError('there is no JPEG-LS frame header');
}
