import { ArchiveError } from '../archive.ts';
import { growingBytes } from './growing-bytes.ts';

/**
 * A whole body, alone in its ArrayBuffer.
 * @param onBytes told of every chunk before it is kept; may throw.
 * @throws ArchiveError (tooLarge) in the words `tooLarge`, once more than `maxBytes` have come.
 */
export async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: string,
  onBytes: ((count: number) => void) | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const received = growingBytes();
  for await (const chunk of body) {
    onBytes?.(chunk.length);
    if (received.size + chunk.length > maxBytes) {
      throw new ArchiveError(tooLarge, { retryable: false, tooLarge: true });
    }
    received.append(chunk);
  }
  return received.whole();
}
