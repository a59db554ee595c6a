import type { Instance, PixelFormat } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import {
  EXPLICIT_VR_BIG_ENDIAN,
  isEncapsulated,
  type PixelCoding,
  pixelCoding,
  transferSyntaxName,
} from '../dicom/part10/transfer-syntax.ts';
import { frameFragments } from './frame-fragments.ts';

/** 4096²: four times the area of any MR matrix in use; bounds what one frame can make us allocate. */
const MAX_PIXELS = 4096 * 4096;

/** One frame as it lies in its object, with all that its decoder needs. Plain values: it can go to another thread. */
export interface EncodedFrame {
  /** For errors. */
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly coding: PixelCoding;
  readonly rows: number;
  readonly columns: number;
  readonly pixelFormat: PixelFormat;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** The frame's own bytes: native cells, or its fragments one after the other. */
  readonly fragments: readonly Uint8Array[];
  /** Whether nothing else is needed of the memory its fragments lie in, so that a decoder may take it as it is. */
  readonly memoryIsSpare: boolean;
}

/** Decodes one frame: a decoder pool's, or decodeFrame itself. */
export type DecodeFrame = (frame: EncodedFrame) => Promise<Float32Array>;

/**
 * Frames of an instance, not yet decoded.
 * @param indexes of the frames wanted, from 0; all by default.
 * @returns one a frame wanted, in their order; undefined where the instance has no such frame.
 * @throws ImagingError naming the attribute: a transfer syntax without a decoder, a pixel layout or matrix that is not
 *   supported, or PixelData that does not hold the frames.
 */
export function encodedFrames(instance: Instance): readonly EncodedFrame[];
export function encodedFrames(
  instance: Instance,
  indexes: readonly number[],
): readonly (EncodedFrame | undefined)[];
export function encodedFrames(
  instance: Instance,
  indexes: readonly number[] = [...instance.frames.keys()],
): readonly (EncodedFrame | undefined)[] {
  const { header, transferSyntaxUid, pixelFormat, rescaleSlope, rescaleIntercept } = instance;
  checkLayout(instance);
  const { sopInstanceUid, rows, columns } = header;
  const coding = pixelCoding(transferSyntaxUid);
  if (coding === null) {
    throw new ImagingError(`${transferSyntaxName(transferSyntaxUid)} is not supported`, {
      sopInstanceUid,
      tag: '(0002,0010)',
    });
  }
  const fragmentsOf = isEncapsulated(coding) ? encapsulatedFrames(instance) : nativeFrames(instance);
  const common = { sopInstanceUid, transferSyntaxUid, coding, rows, columns };
  return indexes.map((index) =>
    index in instance.frames
      ? {
          ...common,
          pixelFormat,
          rescaleSlope,
          rescaleIntercept,
          fragments: fragmentsOf(index),
          memoryIsSpare: false,
        }
      : undefined,
  );
}

type FragmentsOfFrame = (index: number) => readonly Uint8Array[];

function encapsulatedFrames(instance: Instance): FragmentsOfFrame {
  const fragments = frameFragments(instance);
  return (index) => fragments[index]!;
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
  if (header.numberOfFrames !== 1)
    refuse('several frames without functional groups are not supported', '(0028,0008)');
  if (pixelFormat.samplesPerPixel !== 1) refuse('not a greyscale image', '(0028,0002)');
  if (!/^MONOCHROME[12]$/.test(pixelFormat.photometricInterpretation)) {
    refuse('PhotometricInterpretation is neither MONOCHROME1 nor MONOCHROME2', '(0028,0004)');
  }
  const { bitsAllocated, bitsStored, highBit } = pixelFormat;
  if (bitsAllocated !== 8 && bitsAllocated !== 16) refuse('BitsAllocated is neither 8 nor 16', '(0028,0100)');
  if (!(bitsStored >= 1 && bitsStored <= bitsAllocated)) refuse('BitsStored does not fit', '(0028,0101)');
  if (!(highBit >= bitsStored - 1 && highBit < bitsAllocated)) refuse('HighBit does not fit', '(0028,0102)');
}

/**
 * Frames follow one another without padding; only the whole is padded to an even length (PS3.5 8.1.1, A.2), by some
 * writers to more.
 */
function nativeFrames({
  header,
  frames,
  pixels,
  pixelFormat,
  transferSyntaxUid,
}: Instance): FragmentsOfFrame {
  const at = { sopInstanceUid: header.sopInstanceUid, tag: '(7FE0,0010)' };
  if (pixels.kind !== 'native') throw new ImagingError('uncompressed PixelData is encapsulated', at);
  const rowBytes = header.columns * (pixelFormat.bitsAllocated / 8);
  const frameBytes = header.rows * rowBytes;
  // One-byte cells packed into big-endian words (OW) stand swapped in pairs (PS3.5 8.2), across frames too.
  const packed =
    pixelFormat.bitsAllocated === 8 && pixels.vr === 'OW' && transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN;
  const expected = frames.length * frameBytes;
  const needed = expected + (packed ? expected % 2 : 0);
  if (pixels.bytes.length < needed || !isPadding(pixels.bytes.subarray(expected), rowBytes)) {
    throw new ImagingError(`PixelData has ${pixels.bytes.length} bytes where ${expected} belong`, at);
  }
  const cells = pixels.bytes.subarray(0, needed);
  const bytes = packed ? Buffer.from(Uint8Array.from(cells).buffer).swap16() : cells;
  return (index) => [bytes.subarray(index * frameBytes, (index + 1) * frameBytes)];
}

/** A row or more of different bytes is none: then the matrix is not what the header says. */
function isPadding(excess: Uint8Array, rowBytes: number): boolean {
  return excess.length < Math.max(2, rowBytes) || excess.every((byte) => byte === excess[0]);
}
