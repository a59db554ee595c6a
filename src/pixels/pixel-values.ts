import { mayOvershoot } from '../dicom/part10/transfer-syntax.ts';
import { CodecError } from './codecs/codec-error.ts';
import type { Samples } from './codecs/samples.ts';
import type { EncodedFrame } from './encoded-frame.ts';

/**
 * From stored samples to values (PS3.3 C.7.6.3, C.11.1): cuts out the stored bits, inverts MONOCHROME1 within their
 * range, and applies RescaleSlope and RescaleIntercept. Pixels of PixelPaddingValue … PixelPaddingRangeLimit
 * (C.7.5.1.1.2) show nothing: they become as dark as the darkest of the others.
 * @throws CodecError where the samples contradict the DICOM header.
 */
export function pixelValues(samples: Samples, frame: EncodedFrame): Float32Array<ArrayBuffer> {
  const { values: cells, precision } = samples;
  const { bitsStored, highBit, signed, photometricInterpretation, padding } = frame.pixelFormat;
  checkSign(samples, frame);
  // A compressed stream of just the stored bits has them at its low end, wherever HighBit says they were.
  const shift = precision > bitsStored ? highBit + 1 - bitsStored : 0;
  const mask = 2 ** bitsStored - 1;
  // Inversion swaps the ends of the stored range: unsigned v → mask − v, signed v → −1 − v.
  const inverted = photometricInterpretation === 'MONOCHROME1';
  const slope = inverted ? -frame.rescaleSlope : frame.rescaleSlope;
  const intercept = inverted
    ? frame.rescaleIntercept + frame.rescaleSlope * (signed ? -1 : mask)
    : frame.rescaleIntercept;
  const overshooting = precision > bitsStored && mayOvershoot(frame.transferSyntaxUid);
  const inRange = overshooting ? saturated(cells, shift, bitsStored, signed) : cells;
  const values = storedValues(inRange, shift, bitsStored, signed);
  if (slope !== 1 || intercept !== 0) {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! * slope + intercept;
  }
  if (padding !== null) darken(values, padding[0] * slope + intercept, padding[1] * slope + intercept);
  return values;
}

/** The stored bits of each cell as a number; cells that hold nothing else are converted as they are. */
function storedValues(
  cells: Samples['values'],
  shift: number,
  bitsStored: number,
  signed: boolean,
): Float32Array<ArrayBuffer> {
  if (!signed && shift === 0 && bitsUsed(cells) < 2 ** bitsStored) return new Float32Array(cells);
  if (signed && bitsStored === 16 && cells instanceof Uint16Array) {
    return new Float32Array(new Int16Array(cells.buffer, cells.byteOffset, cells.length));
  }
  const mask = 2 ** bitsStored - 1;
  const signBit = signed ? 2 ** (bitsStored - 1) : 0;
  const values = new Float32Array(cells.length);
  for (let i = 0; i < values.length; i++) {
    // Flipping the sign bit and taking it off again extends the sign.
    values[i] = (((cells[i]! >> shift) & mask) ^ signBit) - signBit;
  }
  return values;
}

/** All cells, or-ed; two 16-bit cells at a time, which takes half as long. */
function bitsUsed(cells: Samples['values']): number {
  if (!(cells instanceof Uint16Array)) return cells.reduce((used, cell) => used | cell, 0);
  const first = cells.byteOffset % 4 === 0 ? 0 : 1;
  const pairs = new Uint32Array(
    cells.buffer,
    cells.byteOffset + 2 * first,
    Math.max(0, cells.length - first) >> 1,
  );
  let used = 0;
  for (let i = 0; i < pairs.length; i++) used |= pairs[i]!;
  return (used & 0xffff) | (used >>> 16) | (cells[0] ?? 0) | (cells.at(-1) ?? 0);
}

/**
 * Samples that lossy compression carried beyond the stored bits, brought back to the nearest end of their range: cut
 * off at the stored bits, the brightest would be dark.
 */
function saturated(
  cells: Samples['values'],
  shift: number,
  bitsStored: number,
  signed: boolean,
): Samples['values'] {
  const unit = 1 << shift;
  const [least, most] = signed
    ? [-(2 ** (bitsStored - 1)) * unit, (2 ** (bitsStored - 1) - 1) * unit]
    : [0, (2 ** bitsStored - 1) * unit];
  const numbers =
    signed && cells instanceof Uint16Array
      ? new Int16Array(cells.buffer, cells.byteOffset, cells.length)
      : cells;
  return Uint16Array.from(numbers, (value) => Math.min(most, Math.max(least, value)));
}

/** @param one and `other`, the ends of the padding range, as values. */
function darken(values: Float32Array, one: number, other: number): void {
  const [low, high] = [Math.fround(Math.min(one, other)), Math.fround(Math.max(one, other))];
  let darkest = Number.POSITIVE_INFINITY;
  for (const value of values) if ((value < low || value > high) && value < darkest) darkest = value;
  if (darkest === Number.POSITIVE_INFINITY) return;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= low && value <= high) values[i] = darkest;
  }
}

/** A stream that says it is signed and holds negative values cannot be what an unsigned image means. */
function checkSign({ values, precision, signed }: Samples, { pixelFormat }: EncodedFrame): void {
  if (signed !== true || pixelFormat.signed) return;
  const signBit = 1 << (precision - 1);
  if (values.some((value) => (value & signBit) !== 0)) {
    throw new CodecError('the compressed image is signed where PixelRepresentation says unsigned');
  }
}
