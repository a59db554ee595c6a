import { ImagingError } from '../dicom/imaging-error.ts';
import { transferSyntaxName } from '../dicom/part10/transfer-syntax.ts';
import { CodecError } from './codecs/codec-error.ts';
import { decodeJpegLs } from './codecs/decode-jpeg-ls.ts';
import { decodeRle } from './codecs/decode-rle.ts';
import { decodeJpegDct } from './codecs/jpeg/decode-jpeg-dct.ts';
import { decodeJpegLossless } from './codecs/jpeg/decode-jpeg-lossless.ts';
import { decodeHtj2k, decodeJpeg2000 } from './codecs/jpeg-2000/decode-jpeg-2000.ts';
import type { FrameShape, Samples } from './codecs/samples.ts';
import type { EncodedFrame } from './encoded-frame.ts';
import { pixelValues } from './pixel-values.ts';

/**
 * Decodes one greyscale frame to rows × columns values, row-major: MONOCHROME1 inverted, rescaled, padding dark.
 * Bounded in memory by the frame's matrix, but not in time: the decoders are large, and what they are given may be
 * made to hurt. Untrusted frames go through a decoder pool.
 * @throws ImagingError naming the instance and PixelData when the bytes are not what the transfer syntax promises.
 */
export async function decodeFrame(frame: EncodedFrame): Promise<Float32Array<ArrayBuffer>> {
  const { sopInstanceUid, transferSyntaxUid, pixelFormat, rows, columns } = frame;
  try {
    const shape = { rows, columns, bitsAllocated: pixelFormat.bitsAllocated };
    return pixelValues(await decodeSamples(frame, shape), frame);
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new ImagingError(`malformed ${transferSyntaxName(transferSyntaxUid)} PixelData: ${cause.message}`, {
      sopInstanceUid,
      tag: '(7FE0,0010)',
      cause,
    });
  }
}

function decodeSamples({ coding, fragments }: EncodedFrame, shape: FrameShape): Samples | Promise<Samples> {
  const bytes = fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);
  switch (coding) {
    case 'native':
    case 'native-big-endian':
      return nativeSamples(bytes, shape, coding === 'native-big-endian');
    case 'rle':
      return decodeRle(bytes, shape);
    case 'jpeg-dct':
      return decodeJpegDct(bytes, shape);
    case 'jpeg-lossless':
      return decodeJpegLossless(bytes, shape);
    case 'jpeg-ls':
      return decodeJpegLs(bytes, shape);
    case 'jpeg-2000':
      return decodeJpeg2000(bytes, shape);
    case 'htj2k':
      return decodeHtj2k(bytes, shape);
  }
}

/** Views the cells where they lie when the processor can read them there. */
function nativeSamples(bytes: Uint8Array, { bitsAllocated }: FrameShape, bigEndian: boolean): Samples {
  if (bitsAllocated === 8) return { values: bytes, precision: 8, signed: null };
  const readable = !bigEndian && bytes.byteOffset % 2 === 0;
  const inOrder = readable ? bytes : Uint8Array.from(bytes);
  if (bigEndian) Buffer.from(inOrder.buffer).swap16();
  const values = new Uint16Array(inOrder.buffer, inOrder.byteOffset, inOrder.length / 2);
  return { values, precision: 16, signed: null };
}
