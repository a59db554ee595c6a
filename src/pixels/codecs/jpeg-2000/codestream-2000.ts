import { CodecError } from '../codec-error.ts';
import type { FrameShape } from '../samples.ts';
import { readSize, saidUnsigned } from './codestream-size.ts';
import { CAP, endOfTileParts, SIZ, SOC, SOT } from './tile-parts.ts';

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
