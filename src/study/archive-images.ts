import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import { DEFAULT_STUDY_LIMITS, type StudyLimits } from '../domain/study-limits.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { ImageSource } from './image-source.ts';
import { withinBudget } from './study-budget.ts';

/**
 * The images of a study in an archive. All that is read through it, metadata and images, has one budget of bytes.
 * @throws StudyLimitError once the budget is spent; ArchiveError (retryable), from `metadata`, when they are fewer or more than QIDO-RS lists: images are still
 * arriving, or an answer was cut.
 */
export function archiveImages(
  archive: Pick<
    Archive,
    'findSeries' | 'countInstances' | 'seriesMetadata' | 'retrieveSeries' | 'retrieveInstance'
  >,
  study: StudyInstanceUid,
  limits: StudyLimits = DEFAULT_STUDY_LIMITS,
): ImageSource {
  const reading = withinBudget(archive, limits);
  return {
    series: (signal) => reading.findSeries(study, signal),
    async metadata({ seriesInstanceUid, instanceCount }, signal) {
      const metadata = await reading.seriesMetadata(study, seriesInstanceUid, signal);
      // Some archives count what was deleted, or not yet what came last: the instances listed one by one decide.
      const isWhole =
        metadata.length === instanceCount ||
        metadata.length === (await archive.countInstances(study, seriesInstanceUid, signal));
      if (!isWhole) {
        throw new ArchiveError(
          `series ${seriesInstanceUid}: ${metadata.length} instances in its metadata, ${instanceCount} by QIDO-RS`,
          { retryable: true },
        );
      }
      return metadata;
    },
    instances: ({ seriesInstanceUid }, signal) => reading.retrieveSeries(study, seriesInstanceUid, signal),
    async instance({ seriesInstanceUid }, sopInstanceUid, signal) {
      const bytes = await reading.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal, {
        listed: true,
      });
      if (bytes !== null) return bytes;
      throw new ArchiveError(`series ${seriesInstanceUid}: the archive lists an image it does not hold`, {
        retryable: true,
      });
    },
  };
}
