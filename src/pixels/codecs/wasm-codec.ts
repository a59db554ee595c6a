import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CodecError } from './codec-error.ts';

/** The decoders of the @cornerstonejs codec packages: C++ libraries compiled to WebAssembly with Emscripten. */
export interface WasmDecoder {
  /** Memory to write the compressed frame to. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  /** A view of the decoder's own memory. */
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned?: boolean;
  };
  /** Frees the decoder. */
  delete(): void;
}

interface EmscriptenOptions {
  readonly print: () => void;
  readonly printErr: () => void;
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => object;
}

type Library = Readonly<Record<string, new () => WasmDecoder>>;
type EmscriptenFactory = (options: EmscriptenOptions) => Promise<Library>;

const PAGE_BYTES = 64 * 1024;
/** Decoders of 4096 × 4096 pixels need less; a frame that makes them ask for more is refused. */
const MAX_MEMORY_BYTES = 512 * 1024 * 1024;
const MEMORY_SECTION = 5;

const require = createRequire(import.meta.url);

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

/** Its memory cannot grow beyond MAX_MEMORY_BYTES; it prints nothing, since that may quote the file. */
function loadLibrary(script: string, wasm: string): Promise<Library> {
  const factory = require(script) as EmscriptenFactory;
  const module = new WebAssembly.Module(limitMemory(readFileSync(require.resolve(wasm)), MAX_MEMORY_BYTES));
  return factory({
    print: () => undefined,
    printErr: () => undefined,
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance, module);
      return instance.exports;
    },
  });
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

/** The module with another upper limit in its memory section (WebAssembly core specification, 5.5.8). */
function limitMemory(module: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const limited = Uint8Array.from(module);
  let at = 8;
  const unsigned = (): { readonly value: number; readonly start: number; readonly length: number } => {
    const start = at;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = limited[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return { value, start, length: at - start };
    }
  };
  while (at < limited.length) {
    const section = limited[at++];
    const size = unsigned().value;
    if (section !== MEMORY_SECTION) {
      at += size;
      continue;
    }
    const [memories, flags] = [unsigned().value, unsigned().value];
    unsigned();
    const most = unsigned();
    if (memories !== 1 || flags !== 1) break;
    let pages = Math.min(most.value, maxBytes / PAGE_BYTES);
    for (let i = 0; i < most.length; i++, pages = Math.floor(pages / 128)) {
      limited[most.start + i] = (pages % 128) | (i + 1 < most.length ? 0x80 : 0);
    }
    return limited;
  }
  throw new TypeError('the WebAssembly module has no memory with a limit of its own');
}
