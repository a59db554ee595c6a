import { ImagingError } from '../../dicom/imaging-error.ts';
import { parsePart10 } from '../../dicom/part10/parse-part10.ts';

const [CR, LF] = [13, 10];
const PIXEL_DATA = 'x7fe00010';
/** PS3.10 7.1: DICM stands after a preamble of 128 bytes. */
const [MAGIC, MAGIC_AT] = [Buffer.from('DICM', 'latin1'), 128];

/** Whether a part is an image to its end. */
export function isWholeImage(bytes: Uint8Array): boolean {
  try {
    return parsePart10(bytes).elements[PIXEL_DATA] !== undefined;
  } catch (cause) {
    if (cause instanceof ImagingError) return false;
    throw cause;
  }
}

/** Line ends too many after the headers are no part of the object, whose preamble is known by what follows it. */
export function withoutLineEndsBefore(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const hasMagicAt = (at: number) => MAGIC.equals(bytes.subarray(at, at + MAGIC.length));
  if (hasMagicAt(MAGIC_AT)) return bytes;
  for (let ends = 1; ends <= 4 && (bytes[ends - 1] === CR || bytes[ends - 1] === LF); ends++) {
    if (hasMagicAt(MAGIC_AT + ends)) return new Uint8Array(bytes.subarray(ends));
  }
  return bytes;
}
