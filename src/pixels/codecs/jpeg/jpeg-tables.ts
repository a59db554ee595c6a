import { CodecError } from '../codec-error.ts';
import { word } from './jpeg-markers.ts';

/** A table of codes as it is written (ITU-T T.81 annex C). */
export interface HuffmanCodes {
  /** How many codes there are of each length, 1 … 16 bits. */
  readonly counts: Uint8Array;
  /** The symbol of each code, in order of the codes. */
  readonly symbols: Uint8Array;
}

/** Tables and interval that hold until they are defined anew, each table in one of four slots. */
export interface Tables {
  readonly quantisation: Uint16Array[];
  readonly dc: (HuffmanCodes | null)[];
  readonly ac: (HuffmanCodes | null)[];
  restartInterval: number;
}

/** B.2.4.2. */
export function readHuffmanCodes(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length; ) {
    const [kind, slot] = [segment[at]! >> 4, segment[at]! & 0x0f];
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    if (kind > 1 || slot > 3 || counts.length < 16 || total > 256 || symbols.length < total) {
      throw new CodecError('a JPEG Huffman table is malformed');
    }
    (kind === 0 ? tables.dc : tables.ac)[slot] = { counts, symbols };
    at += 17 + total;
  }
}

/** B.2.4.1. */
export function readQuantisation(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length; ) {
    const [wide, slot] = [segment[at]! >> 4, segment[at]! & 0x0f];
    const bytesEach = wide === 0 ? 1 : 2;
    if (wide > 1 || slot > 3 || at + 1 + 64 * bytesEach > segment.length) {
      throw new CodecError('a JPEG quantisation table is malformed');
    }
    tables.quantisation[slot] = Uint16Array.from({ length: 64 }, (_, i) =>
      wide === 0 ? segment[at + 1 + i]! : word(segment, at + 1 + 2 * i),
    );
    at += 1 + 64 * bytesEach;
  }
}
