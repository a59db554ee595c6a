import type { Archive } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { capturePng } from '../sr/picture/capture-png.ts';
import type { KeptObject, ResultOutbox } from './result-outbox.ts';

/**
 * A summary image as a PNG: from the outbox as long as it is kept there, then from the archive.
 * @returns null where neither has it in a form that can be shown.
 * @throws ArchiveError
 */
export async function summaryPicture(
  {
    outbox,
    archive,
  }: { readonly outbox: Pick<ResultOutbox, 'object'>; readonly archive: Pick<Archive, 'retrieveInstance'> },
  study: StudyInstanceUid,
  { seriesInstanceUid, sopInstanceUid }: Pick<KeptObject, 'seriesInstanceUid' | 'sopInstanceUid'>,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const kept = await outbox.object(sopInstanceUid);
  const bytes =
    kept?.bytes ?? (await archive.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal));
  return bytes === null ? null : capturePng(bytes);
}
