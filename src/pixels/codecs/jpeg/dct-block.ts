import { CodecError } from '../codec-error.ts';
import type { EntropyReader } from './entropy-reader.ts';
import type { HuffmanTable } from './huffman-table.ts';

/** Figure A.6: where the coefficients of a block stand, in the order they are written. */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]);

/** Quantised coefficients and the tables they are read with. */
export interface BlockTables {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  readonly quantisation: Uint16Array;
}

/** F.2.2: reads a block's coefficients, dequantised, in natural order; returns its quantised DC coefficient. */
export function readBlock(
  reader: EntropyReader,
  { dc, ac, quantisation }: BlockTables,
  previousDc: number,
  block: Int32Array,
): number {
  block.fill(0);
  const category = reader.symbol(dc);
  if (category > 15) throw new CodecError('the JPEG data hold a coefficient of more than 15 bits');
  const quantisedDc = previousDc + reader.signed(category);
  block[0] = quantisedDc * quantisation[0]!;
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(ac);
    const [run, bits] = [symbol >> 4, symbol & 0x0f];
    if (bits === 0) {
      if (run !== 15) break;
      k += 15;
      continue;
    }
    k += run;
    if (k > 63) throw new CodecError('a JPEG block has more than 64 coefficients');
    block[ZIGZAG[k]!] = reader.signed(bits) * quantisation[k]!;
  }
  return quantisedDc;
}
