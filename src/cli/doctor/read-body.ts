import { archiveFault } from '../../dicomweb/archive-faults.ts';
import type { ArchiveResponse } from '../../dicomweb/archive-request.ts';
import { readAtMost } from '../../dicomweb/transfer/read-at-most.ts';

/** More than anything that is stored or asked for by way of trial. */
const MOST_BYTES = 64 * 1024 ** 2;

/** A whole body, alone in its ArrayBuffer. @throws ArchiveError where it is cut off or far too large; the signal's reason */
export async function readBody(
  { body }: Pick<ArchiveResponse, 'body'>,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readAtMost(body, MOST_BYTES, 'examine: the answer is far too large', undefined);
  } catch (error) {
    throw archiveFault({ call: 'examine', signal }, error);
  }
}
