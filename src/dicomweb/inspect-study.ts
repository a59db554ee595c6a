import type { SeriesRole } from '../domain/series-role.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { DicomJson } from '../imaging/dicom-json.ts';
import { headersFromJson } from '../imaging/image-header.ts';
import { type CandidateSeries, type Selection, selectSeries } from '../imaging/select-series.ts';
import { type Archive, ArchiveError, type SeriesSummary } from './archive.ts';

/** A study's series with their roles, from metadata alone. */
export interface InspectedStudy {
  readonly selection: Selection;
  /** The attributes of one image: a chosen one, else any MR image; empty when there is none. */
  readonly oneImage: DicomJson;
}

/** Metadata requests under way at once. */
const CONCURRENCY = 4;

/**
 * Looks at every series of a study and gives each its role or its refusal.
 * @throws ArchiveError (retryable) when a series' metadata are fewer or more than QIDO-RS counts: images are
 * still arriving, or an answer was cut.
 */
export async function inspectStudy(
  archive: Archive,
  study: StudyInstanceUid,
  roles: { readonly requires: readonly SeriesRole[]; readonly uses: readonly SeriesRole[] },
  signal?: AbortSignal,
): Promise<InspectedStudy> {
  const summaries = await archive.findSeries(study, signal);
  const metadata = new Map<SeriesInstanceUid, readonly DicomJson[]>();
  const waiting = summaries.filter((series) => series.modality === 'MR');
  const worker = async () => {
    for (let series = waiting.shift(); series; series = waiting.shift()) {
      metadata.set(series.seriesInstanceUid, await countedMetadata(archive, study, series, signal));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const candidates: CandidateSeries[] = summaries.map((series) => ({
    ...series,
    headers: (metadata.get(series.seriesInstanceUid) ?? []).flatMap((json) => headersFromJson(json)),
  }));
  const selection = selectSeries(candidates, roles.requires, roles.uses);
  const first = [...selection.chosen.values()].flat()[0];
  const ofFirst = first && metadata.get(first.seriesInstanceUid as SeriesInstanceUid);
  return { selection, oneImage: (ofFirst ?? [...metadata.values()].flat())[0] ?? {} };
}

async function countedMetadata(
  archive: Archive,
  study: StudyInstanceUid,
  series: SeriesSummary,
  signal?: AbortSignal,
): Promise<readonly DicomJson[]> {
  const metadata = await archive.seriesMetadata(study, series.seriesInstanceUid, signal);
  if (metadata.length !== series.instanceCount) {
    throw new ArchiveError(
      `series ${series.seriesInstanceUid}: ${metadata.length} instances in its metadata, ${series.instanceCount} by QIDO-RS`,
      { retryable: true },
    );
  }
  return metadata;
}
