import { CodecError } from '../codec-error.ts';
import type { FrameShape, Samples } from '../samples.ts';
import { copySamples, type DecodeWithWasm, wasmCodec } from '../wasm/wasm-codec.ts';
import { type Codestream, readCodestream } from './codestream-2000.ts';

const openJpeg = wasmCodec(
  '@cornerstonejs/codec-openjpeg/decodewasmjs',
  '@cornerstonejs/codec-openjpeg/decodewasm',
  'J2KDecoder',
);
const openJph = wasmCodec(
  '@cornerstonejs/codec-openjph/wasmjs',
  '@cornerstonejs/codec-openjph/wasm',
  'HTJ2KDecoder',
);

/**
 * Decodes JPEG 2000, reversible and irreversible (ISO/IEC 15444-1), with OpenJPEG.
 * @throws CodecError when the codestream is malformed, cut off, or of another size than expected.
 */
export async function decodeJpeg2000(bytes: Uint8Array, shape: FrameShape): Promise<Samples> {
  const codestream = readCodestream(bytes, shape);
  if (codestream.highThroughput) throw new CodecError('the codestream is High-Throughput JPEG 2000');
  return decode(openJpeg, codestream, shape);
}

/**
 * Decodes High-Throughput JPEG 2000 (ISO/IEC 15444-15) with OpenJPH.
 * @throws CodecError when the codestream is malformed, cut off, or of another size than expected.
 */
export async function decodeHtj2k(bytes: Uint8Array, shape: FrameShape): Promise<Samples> {
  const codestream = readCodestream(bytes, shape);
  if (!codestream.highThroughput) throw new CodecError('the codestream is not High-Throughput JPEG 2000');
  return decode(openJph, codestream, shape);
}

function decode(
  withDecoder: DecodeWithWasm,
  { bytes, precision, signed }: Codestream,
  { rows, columns }: FrameShape,
): Promise<Samples> {
  return withDecoder(bytes, (decoder) => {
    const { width, height, componentCount } = decoder.getFrameInfo();
    if (width !== columns || height !== rows || componentCount !== 1) {
      throw new CodecError('the decoder gave an image of another size');
    }
    const values = copySamples(decoder.getDecodedBuffer(), rows * columns, precision);
    return { values: signed ? levelled(values, precision) : values, precision, signed };
  });
}

/** Takes back the level shift of samples that are signed; two's complement in 16 bits. */
function levelled(values: Uint8Array | Uint16Array, precision: number): Uint16Array {
  const half = 1 << (precision - 1);
  const signed = new Uint16Array(values.length);
  for (let i = 0; i < signed.length; i++) signed[i] = values[i]! - half;
  return signed;
}
