import { CodecError } from './codec-error.ts';
import type { FrameShape } from './samples.ts';

/** What the main header of a JPEG 2000 codestream says of its one component (ISO/IEC 15444-1 A.5.1). */
export interface Codestream {
  readonly precision: number;
  /** Whether samples are signed. `bytes` says they are not: then they come out greater by half their range. */
  readonly signed: boolean;
  /** Whether its code blocks are High-Throughput ones: the CAP marker segment says Part 15. */
  readonly highThroughput: boolean;
  /** Without what follows the end. */
  readonly bytes: Uint8Array;
}

const [SOC, SIZ, CAP, SOT, EOC] = [0xff4f, 0xff51, 0xff50, 0xff90, 0xffd9];
/** Of Ssiz, sign and depth of the first component. */
const SSIZ_AT = 42;
/** Tiles cost a decoder memory whatever their size; a scanner's image has one or a few. */
const MAX_TILES = 1024;
/** Bit of Pcap that stands for Part 15: the 15th from the top. */
const PART_15 = 1 << (32 - 15);

/**
 * Reads the main header and walks over the tile parts: a codestream that was cut off decodes without complaint into
 * another image.
 * @throws CodecError when it is malformed, cut off, or of another size than expected.
 */
export function readCodestream(bytes: Uint8Array, shape: FrameShape): Codestream {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): number => {
    if (at + 2 > bytes.length) throw new CodecError('the JPEG 2000 codestream is cut off');
    return view.getUint16(at);
  };
  if (word(0) !== SOC || word(2) !== SIZ) throw new CodecError('does not begin like a JPEG 2000 codestream');
  const size = readSize(view, 4, word(4), shape);
  let highThroughput = false;
  let at = 4 + word(4);
  for (; word(at) !== SOT; at += 2 + word(at + 2)) {
    if (word(at) < 0xff00 || word(at + 2) < 2) throw new CodecError('a JPEG 2000 marker is missing');
    if (word(at) === CAP && word(at + 2) >= 6) {
      word(at + 6);
      highThroughput = (view.getUint32(at + 4) & PART_15) !== 0;
    }
  }
  const whole = bytes.subarray(0, endOfTileParts(view, at, word));
  return { ...size, highThroughput, bytes: size.signed ? saidUnsigned(whole) : whole };
}

/**
 * The sign in SIZ does no more than leave out the level shift (ISO/IEC 15444-1 G.1.2), and the wrapper of OpenJPEG
 * cuts off negative samples of 8 bits.
 */
function saidUnsigned(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[SSIZ_AT] = copy[SSIZ_AT]! & 0x7f;
  return copy;
}

function readSize(view: DataView, at: number, length: number, shape: FrameShape) {
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

/** Tile parts follow one another by their lengths (A.4.2), the last up to the end marker. */
function endOfTileParts(view: DataView, first: number, word: (at: number) => number): number {
  let at = first;
  while (word(at) === SOT) {
    word(at + 10);
    const length = view.getUint32(at + 6);
    if (length === 0) {
      // A length of 0 stands for the rest; the end marker is looked for from behind, over padding.
      let end = view.byteLength;
      while (end > at && view.getUint8(end - 1) === 0) end--;
      if (word(end - 2) !== EOC) break;
      return end;
    }
    if (length < 14 || word(at + 12) < 0xff00) throw new CodecError('a JPEG 2000 tile part is malformed');
    at += length;
  }
  if (word(at) !== EOC) throw new CodecError('the JPEG 2000 codestream has no end marker');
  return at + 2;
}
