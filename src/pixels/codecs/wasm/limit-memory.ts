const PAGE_BYTES = 64 * 1024;
const MEMORY_SECTION = 5;

/** The module with another upper limit in its memory section (WebAssembly core specification, 5.5.8). */
export function limitMemory(module: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
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
