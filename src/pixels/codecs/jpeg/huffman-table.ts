import { CodecError } from '../codec-error.ts';
import type { HuffmanCodes } from './jpeg-tables.ts';

/** From the next 16 bits to the code they begin with: length · 256 + symbol; 0 where no code does. */
export type HuffmanTable = Uint16Array;

/** @throws CodecError when there is no table or its codes do not fit their lengths (ITU-T T.81 annex C). */
export function huffmanTable(codes: HuffmanCodes | null): HuffmanTable {
  if (codes === null) throw new CodecError('a JPEG Huffman table is missing');
  const table = new Uint16Array(1 << 16);
  let [next, index] = [0, 0];
  for (const [i, count] of codes.counts.entries()) {
    const length = i + 1;
    const span = 1 << (16 - length);
    for (let n = 0; n < count; n++, next += span) {
      if (next + span > table.length) throw new CodecError('a JPEG Huffman table has too many codes');
      table.fill((length << 8) | codes.symbols[index++]!, next, next + span);
    }
  }
  return table;
}
