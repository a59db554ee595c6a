import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { type Archive, ArchiveError, type ListingOptions } from '../dicomweb/archive.ts';
import { DEFAULT_STUDY_LIMITS, type StudyLimits } from '../domain/study-limits.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { ImageSource } from './image-source.ts';
import { withinBudget } from './study-budget.ts';

/** Series whose metadata are asked for while the archive is still asked whether it has more of them. */
const AHEAD = 4;

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
  const ahead = new Map<SeriesInstanceUid, Promise<readonly DicomJson[]>>();
  return {
    async series(signal) {
      const failed = new AbortController();
      const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
      ahead.clear();
      let images = 0;
      const onSeries: ListingOptions['onSeries'] = ({ seriesInstanceUid, modality }, count) => {
        if (modality !== 'MR') return;
        images += count ?? Number.POSITIVE_INFINITY;
        if (images > limits.maxImages || ahead.size === AHEAD) return;
        const metadata = reading.seriesMetadata(study, seriesInstanceUid, either);
        // Whoever asks for them hears of it.
        metadata.catch(() => undefined);
        ahead.set(seriesInstanceUid, metadata);
      };
      try {
        return await reading.findSeries(study, signal, { onSeries });
      } catch (cause) {
        failed.abort(cause);
        throw cause;
      }
    },
    async metadata({ seriesInstanceUid, instanceCount }, signal) {
      const asked = ahead.get(seriesInstanceUid);
      ahead.delete(seriesInstanceUid);
      const metadata = await (asked ?? reading.seriesMetadata(study, seriesInstanceUid, signal));
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
