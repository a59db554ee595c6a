import { CodecError } from '../codec-error.ts';
import type { HuffmanTable } from './huffman-table.ts';

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
