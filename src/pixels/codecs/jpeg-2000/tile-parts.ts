import { CodecError } from '../codec-error.ts';

/** Delimiting markers of a codestream (ISO/IEC 15444-1 table A.2). */
export const [SOC, SIZ, CAP, SOT, EOC] = [0xff4f, 0xff51, 0xff50, 0xff90, 0xffd9];

/** Tile parts follow one another by their lengths (A.4.2), the last up to the end marker. */
export function endOfTileParts(view: DataView, first: number, word: (at: number) => number): number {
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
