import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { ImageSource } from './image-source.ts';

/**
 * The images of a study in an archive.
 * @throws ArchiveError (retryable), from `metadata`, when they are fewer or more than QIDO-RS counts: images are still
 * arriving, or an answer was cut.
 */
export function archiveImages(
  archive: Pick<Archive, 'findSeries' | 'seriesMetadata' | 'retrieveSeries' | 'retrieveInstance'>,
  study: StudyInstanceUid,
): ImageSource {
  return {
    series: (signal) => archive.findSeries(study, signal),
    async metadata({ seriesInstanceUid, instanceCount }, signal) {
      const metadata = await archive.seriesMetadata(study, seriesInstanceUid, signal);
      if (metadata.length !== instanceCount) {
        throw new ArchiveError(
          `series ${seriesInstanceUid}: ${metadata.length} instances in its metadata, ${instanceCount} by QIDO-RS`,
          { retryable: true },
        );
      }
      return metadata;
    },
    instances: ({ seriesInstanceUid }, signal) => archive.retrieveSeries(study, seriesInstanceUid, signal),
    async instance({ seriesInstanceUid }, sopInstanceUid, signal) {
      const bytes = await archive.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal);
      if (bytes !== null) return bytes;
      throw new ArchiveError(`series ${seriesInstanceUid}: the archive lists an image it does not hold`, {
        retryable: true,
      });
    },
  };
}
