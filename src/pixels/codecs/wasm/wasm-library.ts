import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { limitMemory } from './limit-memory.ts';

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

/** What a codec's module exports: its decoder class by name. */
export type Library = Readonly<Record<string, new () => WasmDecoder>>;
type EmscriptenFactory = (options: EmscriptenOptions) => Promise<Library>;
/** Decoders of 4096 × 4096 pixels need less; a frame that makes them ask for more is refused. */
const MAX_MEMORY_BYTES = 512 * 1024 * 1024;

const require = createRequire(import.meta.url);

/** Its memory cannot grow beyond MAX_MEMORY_BYTES; it prints nothing, since that may quote the file. */
export function loadLibrary(script: string, wasm: string): Promise<Library> {
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
