/** The bytes received and not yet consumed. */
export interface ByteWindow {
  readonly bytes: Buffer;
  /** Appends the next chunk; false at the end of the body. */
  more(): Promise<boolean>;
  drop(count: number): void;
  /** Puts bytes back before those not yet consumed. */
  unread(bytes: Uint8Array): void;
}

/** @param onBytes told of every chunk before it is kept; may throw. */
export function byteWindow(
  chunks: AsyncIterator<Uint8Array>,
  onBytes: (count: number) => void,
  first: Buffer,
): ByteWindow {
  let bytes = first;
  return {
    get bytes() {
      return bytes;
    },
    async more() {
      const next = await chunks.next();
      if (next.done) return false;
      onBytes(next.value.byteLength);
      const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      return true;
    },
    drop(count) {
      bytes = bytes.subarray(count);
    },
    unread(before) {
      bytes = Buffer.concat([before, bytes]);
    },
  };
}
