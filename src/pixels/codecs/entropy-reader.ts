import { CodecError } from './codec-error.ts';
import type { HuffmanCodes } from './jpeg-stream.ts';

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

/**
 * Reads one interval of entropy-coded data bit by bit. Beyond its end there are zeros; `finish` tells whether
 * they were needed.
 */
export class EntropyReader {
  private readonly bytes: Uint8Array;
  private next = 0;
  /** The last `held` bits of `bits` are not yet read; never more than 31. */
  private bits = 0;
  private held = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The symbol of the next code. */
  symbol(table: HuffmanTable): number {
    this.fill();
    const found = table[(this.bits >>> (this.held - 16)) & 0xffff]!;
    if (found === 0) throw new CodecError('the JPEG data hold a code that is in no table');
    this.held -= found >> 8;
    return found & 0xff;
  }

  /** RECEIVE and EXTEND (F.2.2.1): a number of `count` bits, 0 … 15, whose upper half is positive. */
  signed(count: number): number {
    if (count === 0) return 0;
    this.fill();
    this.held -= count;
    const value = (this.bits >>> this.held) & ((1 << count) - 1);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** @throws CodecError when more was read than there is, or more than padding is left (F.1.2.3: up to 7 bits). */
  finish(): void {
    const left = 8 * (this.bytes.length - this.next) + this.held;
    if (left < 0) throw new CodecError('the JPEG data end before the last pixel');
    if (left > 7) throw new CodecError('the JPEG data go on after the last pixel');
  }

  private fill(): void {
    while (this.held < 16) {
      this.bits = (this.bits << 8) | (this.bytes[this.next++] ?? 0);
      this.held += 8;
    }
  }
}
