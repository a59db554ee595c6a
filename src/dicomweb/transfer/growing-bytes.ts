import { freeMemory } from '../../process/free-memory.ts';

const [FIRST_PIECE_BYTES, LARGEST_PIECE_BYTES] = [64 * 1024, 4 * 1024 ** 2];

/** Bytes whose number is not known before they have come. */
export interface GrowingBytes {
  readonly size: number;
  append(bytes: Uint8Array): void;
  /** All of them, alone in one ArrayBuffer; nothing can be appended any more. */
  whole(): Uint8Array<ArrayBuffer>;
}

/** Kept in pieces, each freed once it has been copied to the whole: they never take twice their memory. */
export function growingBytes(): GrowingBytes {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let room = 0;
  return {
    get size() {
      return size;
    },
    append(bytes) {
      size += bytes.length;
      for (let at = 0; at < bytes.length; ) {
        if (room === 0) {
          room = Math.min(LARGEST_PIECE_BYTES, FIRST_PIECE_BYTES * 2 ** pieces.length);
          pieces.push(Buffer.allocUnsafeSlow(room));
        }
        const piece = pieces.at(-1)!;
        const taken = bytes.subarray(at, at + room);
        piece.set(taken, piece.length - room);
        room -= taken.length;
        at += taken.length;
      }
    },
    whole() {
      const all: Uint8Array<ArrayBuffer> = Buffer.allocUnsafeSlow(size);
      let at = 0;
      for (const piece of pieces) {
        const filled = piece.subarray(0, size - at);
        all.set(filled, at);
        at += filled.length;
        freeMemory(piece.buffer);
      }
      pieces.length = 0;
      return all;
    },
  };
}
