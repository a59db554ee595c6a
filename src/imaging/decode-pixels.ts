import { decodeRle } from './decode-rle.ts';
import { ImagingError } from './imaging-error.ts';
import type { Instance, PixelFormat } from './read-instance.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  RLE_LOSSLESS,
  transferSyntaxName,
} from './transfer-syntax.ts';

/** 4096²: four times the area of any MR matrix in use; bounds what one object can make us allocate. */
export const MAX_PIXELS = 4096 * 4096;

/** Where the bytes of pixel i are: low at lowStart + i·step, high at highStart + i·step; highStart null for one byte. */
interface Cells {
  readonly bytes: Uint8Array;
  readonly lowStart: number;
  readonly highStart: number | null;
  readonly step: number;
}

/**
 * Decodes a single-frame greyscale image to rows × columns values, row-major.
 * MONOCHROME1 is inverted within the stored range (PS3.3 C.7.6.3.1.2); then RescaleSlope and RescaleIntercept apply.
 * @throws ImagingError naming the attribute: an unsupported transfer syntax, pixel layout or matrix, or PixelData
 *   whose length is not the matrix's.
 */
export function decodePixels(instance: Instance): Float32Array {
  checkLayout(instance);
  const { rows, columns } = instance.header;
  const values = new Float32Array(rows * columns);
  fill(values, locateCells(instance, rows * columns), instance);
  return values;
}

function checkLayout({ header, pixelFormat }: Instance): void {
  const refuse = (problem: string, tag: string): never => {
    throw new ImagingError(problem, { sopInstanceUid: header.sopInstanceUid, tag });
  };
  const { rows, columns } = header;
  if (!Number.isInteger(rows) || rows < 1) refuse('Rows is not a positive number', '(0028,0010)');
  if (!Number.isInteger(columns) || columns < 1) refuse('Columns is not a positive number', '(0028,0011)');
  if (rows * columns > MAX_PIXELS)
    refuse(`${rows} × ${columns} pixels are more than are decoded`, '(0028,0010)');
  if (header.numberOfFrames !== 1) refuse('multi-frame images are not supported', '(0028,0008)');
  if (pixelFormat.samplesPerPixel !== 1) refuse('not a greyscale image', '(0028,0002)');
  if (!/^MONOCHROME[12]$/.test(pixelFormat.photometricInterpretation)) {
    refuse('PhotometricInterpretation is neither MONOCHROME1 nor MONOCHROME2', '(0028,0004)');
  }
  const { bitsAllocated, bitsStored, highBit } = pixelFormat;
  if (bitsAllocated !== 8 && bitsAllocated !== 16) refuse('BitsAllocated is neither 8 nor 16', '(0028,0100)');
  if (!(bitsStored >= 1 && bitsStored <= bitsAllocated)) refuse('BitsStored does not fit', '(0028,0101)');
  if (!(highBit >= bitsStored - 1 && highBit < bitsAllocated)) refuse('HighBit does not fit', '(0028,0102)');
}

function locateCells(instance: Instance, pixelCount: number): Cells {
  const { transferSyntaxUid, pixels, pixelFormat } = instance;
  const at = { sopInstanceUid: instance.header.sopInstanceUid, tag: '(7FE0,0010)' };
  const twoBytes = pixelFormat.bitsAllocated === 16;
  switch (transferSyntaxUid) {
    case IMPLICIT_VR_LITTLE_ENDIAN:
    case EXPLICIT_VR_LITTLE_ENDIAN:
    case DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN:
    case EXPLICIT_VR_BIG_ENDIAN: {
      const bytes = nativeBytes(instance, pixelCount);
      const bigEndian = transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN;
      if (twoBytes) return { bytes, lowStart: bigEndian ? 1 : 0, highStart: bigEndian ? 0 : 1, step: 2 };
      // One-byte cells packed into big-endian words (OW) stand swapped in pairs (PS3.5 8.2).
      const inOrder = bigEndian && pixels.kind === 'native' && pixels.vr === 'OW' ? swapPairs(bytes) : bytes;
      return { bytes: inOrder, lowStart: 0, highStart: null, step: 1 };
    }
    case RLE_LOSSLESS: {
      if (pixels.kind !== 'encapsulated')
        throw new ImagingError('RLE Lossless PixelData is not encapsulated', at);
      try {
        const bytes = decodeRle(joined(pixels.fragments), twoBytes ? 2 : 1, pixelCount);
        return twoBytes
          ? { bytes, lowStart: pixelCount, highStart: 0, step: 1 }
          : { bytes, lowStart: 0, highStart: null, step: 1 };
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        throw new ImagingError(`malformed RLE Lossless PixelData: ${cause.message}`, { ...at, cause });
      }
    }
    default:
      throw new ImagingError(`${transferSyntaxName(transferSyntaxUid)} is not supported`, {
        ...at,
        tag: '(0002,0010)',
      });
  }
}

function nativeBytes({ header, pixels, pixelFormat }: Instance, pixelCount: number): Uint8Array {
  const at = { sopInstanceUid: header.sopInstanceUid, tag: '(7FE0,0010)' };
  if (pixels.kind !== 'native') throw new ImagingError('uncompressed PixelData is encapsulated', at);
  const expected = pixelCount * (pixelFormat.bitsAllocated / 8);
  // PS3.5 8.1.1: padded to an even length.
  if (pixels.bytes.length !== expected + (expected % 2)) {
    throw new ImagingError(`PixelData has ${pixels.bytes.length} bytes where ${expected} belong`, at);
  }
  return pixels.bytes;
}

function fill(
  values: Float32Array,
  cells: Cells,
  { pixelFormat, rescaleSlope, rescaleIntercept }: Instance,
): void {
  const { bytes, lowStart, step } = cells;
  const { bitsStored, highBit, signed, photometricInterpretation }: PixelFormat = pixelFormat;
  const shift = highBit + 1 - bitsStored;
  const mask = 2 ** bitsStored - 1;
  const signBit = signed ? 2 ** (bitsStored - 1) : 0;
  // Inversion swaps the ends of the stored range: unsigned v → mask − v, signed v → −1 − v.
  const inverted = photometricInterpretation === 'MONOCHROME1';
  const slope = inverted ? -rescaleSlope : rescaleSlope;
  const intercept = inverted ? rescaleIntercept + rescaleSlope * (signed ? -1 : mask) : rescaleIntercept;
  // A one-byte cell is combined with itself.
  const highStart = cells.highStart ?? lowStart;
  const highShift = cells.highStart === null ? 0 : 8;
  for (let index = 0, at = 0; index < values.length; index++, at += step) {
    const cell = bytes[lowStart + at]! | (bytes[highStart + at]! << highShift);
    // Flipping the sign bit and taking it off again extends the sign.
    const stored = (((cell >> shift) & mask) ^ signBit) - signBit;
    values[index] = stored * slope + intercept;
  }
}

/** A frame is one fragment (PS3.5 A.4.2); some writers split it nevertheless. */
function joined(fragments: readonly Uint8Array[]): Uint8Array {
  return fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes).swap16();
}
