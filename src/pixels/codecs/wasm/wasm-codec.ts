import { CodecError } from '../codec-error.ts';
import { type Library, loadLibrary, type WasmDecoder } from './wasm-library.ts';

/** Decodes one frame and reads the result out of the decoder while it lives. */
export type DecodeWithWasm = <Result>(
  bytes: Uint8Array,
  read: (decoder: WasmDecoder) => Result,
) => Promise<Result>;

/**
 * A codec package's decoder class, loaded when first used.
 * Every frame has a decoder of its own: one that is used again may give its previous image for a frame that it cannot
 * read. After a fault the whole library is loaded afresh: its memory may be left in any state, and never shrinks.
 * The function throws CodecError: the libraries throw numbers and objects that say nothing.
 * @param script and `wasm`, module names as the package exports them.
 */
export function wasmCodec(script: string, wasm: string, decoderClass: string): DecodeWithWasm {
  let loading: Promise<Library> | undefined;
  return async (bytes, read) => {
    loading ??= loadLibrary(script, wasm);
    const Decoder = (await loading)[decoderClass]!;
    try {
      const decoder = new Decoder();
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      decoder.decode();
      const result = read(decoder);
      decoder.delete();
      return result;
    } catch (cause) {
      loading = undefined;
      if (cause instanceof CodecError) throw cause;
      throw new CodecError('the decoder cannot read the compressed frame', { cause });
    }
  };
}

/** Copies samples out of the decoder's memory: 8 bits in one byte, more in two, little endian. */
export function copySamples(
  bytes: Uint8Array,
  count: number,
  bitsPerSample: number,
): Uint8Array | Uint16Array {
  const bytesEach = bitsPerSample <= 8 ? 1 : 2;
  if (bytes.length !== count * bytesEach) throw new CodecError('the decoder gave an image of another size');
  const copy = bytes.slice();
  return bytesEach === 1 ? copy : new Uint16Array(copy.buffer);
}
