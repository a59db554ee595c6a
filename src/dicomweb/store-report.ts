import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import { type Archive, ArchiveError } from './archive.ts';

/** A Part 10 object with the UIDs under which it will be found. */
export interface StorableObject {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly bytes: Uint8Array;
}

/**
 * Stores an object unless the archive holds it already, and reads it back: it counts as stored only when the
 * archive gives back an object in which `differences` names nothing.
 * @throws ArchiveError quoting the archive's reason when it refuses the object; retryable when it says it stored
 * the object and does not give it back.
 */
export async function storeReport(
  archive: Archive,
  object: StorableObject,
  differences: (sent: Uint8Array, held: Uint8Array) => readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const { studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid: instance, bytes } = object;
  const held = await archive.retrieveInstance(study, series, instance, signal);
  if (held === null) {
    const [result] = await archive.store(study, [{ sopInstanceUid: instance, bytes }], signal);
    if (!result?.stored) {
      throw new ArchiveError(
        `the archive refused the report: ${result?.reason ?? 'it does not list it as stored'}`,
        {
          retryable: true,
        },
      );
    }
  }
  const readBack = held ?? (await archive.retrieveInstance(study, series, instance, signal));
  if (readBack === null) {
    throw new ArchiveError('the archive says it stored the report but does not give it back', {
      retryable: true,
    });
  }
  const different = differences(bytes, readBack);
  if (different.length > 0) {
    const message = `the archive holds another object under the UID of the report: ${different.join(', ')} differ`;
    throw new ArchiveError(message, { retryable: false });
  }
}
