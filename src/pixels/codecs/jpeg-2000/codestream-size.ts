import { CodecError } from '../codec-error.ts';
import type { FrameShape } from '../samples.ts';

/** Of Ssiz, sign and depth of the first component. */
const SSIZ_AT = 42;
/** Tiles cost a decoder memory whatever their size; a scanner's image has one or a few. */
const MAX_TILES = 1024;

/**
 * The sign in SIZ does no more than leave out the level shift (ISO/IEC 15444-1 G.1.2), and the wrapper of OpenJPEG
 * cuts off negative samples of 8 bits.
 */
export function saidUnsigned(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[SSIZ_AT] = copy[SSIZ_AT]! & 0x7f;
  return copy;
}

/**
 * Precision and sign of the one component, from the SIZ marker segment of `length` bytes at `at` (A.5.1). @throws
 * CodecError when it is cut off, or of another size than expected.
 */
export function readSize(view: DataView, at: number, length: number, shape: FrameShape) {
  if (length < 41 || at + length > view.byteLength) throw new CodecError('the JPEG 2000 SIZ is cut off');
  const [x1, y1, x0, y0, tileWidth, tileHeight, tileX, tileY] = Array.from({ length: 8 }, (_, i) =>
    view.getUint32(at + 4 + 4 * i),
  ) as [number, number, number, number, number, number, number, number];
  const [columns, rows] = [x1 - x0, y1 - y0];
  const components = view.getUint16(at + 36);
  if (components !== 1 || rows !== shape.rows || columns !== shape.columns) {
    throw new CodecError(
      `the JPEG 2000 image has ${rows} × ${columns} pixels of ${components} components where ${shape.rows} × ${shape.columns} of 1 belong`,
    );
  }
  const tiles = Math.ceil((x1 - tileX) / tileWidth) * Math.ceil((y1 - tileY) / tileHeight);
  if (!(tiles >= 1 && tiles <= MAX_TILES))
    throw new CodecError('the JPEG 2000 image has an absurd number of tiles');
  const depth = view.getUint8(SSIZ_AT);
  const precision = (depth & 0x7f) + 1;
  if (precision > shape.bitsAllocated) {
    throw new CodecError(
      `the JPEG 2000 image has ${precision} bits a sample where ${shape.bitsAllocated} fit`,
    );
  }
  if (view.getUint8(at + 39) !== 1 || view.getUint8(at + 40) !== 1) {
    throw new CodecError('the JPEG 2000 image is subsampled');
  }
  return { precision, signed: depth >= 0x80 };
}
