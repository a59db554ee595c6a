/** Well above Buffer.poolSize: small buffers may share their memory with others, and are not worth the trouble. */
const WORTHWHILE_BYTES = 64 * 1024;

/**
 * Gives the memory of a large array back at once; every view of it has length 0 from then on. Pixels come by the
 * hundred megabytes, of which the garbage collector sees only the small objects that hold them.
 */
export function freeMemory(buffer: ArrayBufferLike): void {
  const worthwhile = buffer instanceof ArrayBuffer && buffer.byteLength >= WORTHWHILE_BYTES;
  if (worthwhile && !buffer.detached) buffer.transfer(0);
}
