import type { SeriesRole } from '../domain/series-role.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import { buildVolume } from '../imaging/build-volume.ts';
import { imageKey } from '../imaging/image-header.ts';
import { readInstance } from '../imaging/read-instance.ts';
import type { CandidateSeries, Selection } from '../imaging/select-series.ts';
import { type DecodeFrame, slicesFromInstance } from '../imaging/slice-from-instance.ts';
import type { Slice, Volume } from '../imaging/volume.ts';
import { type Archive, ArchiveError } from './archive.ts';

/** A series is fetched this often before its count is given up on. */
const ATTEMPTS = 3;

/**
 * Fetches the chosen series side by side and orders their images into volumes. Pixels stay as they came until they
 * are asked for.
 * @throws ArchiveError when a series still arrives incomplete after three tries; ImagingError when an object cannot
 * be read or is encoded in a way that is not supported.
 */
export async function fetchVolumes(
  archive: Archive,
  decode: DecodeFrame,
  study: StudyInstanceUid,
  chosen: Selection['chosen'],
  signal?: AbortSignal,
): Promise<Partial<Record<SeriesRole, Volume>>> {
  // When one series cannot be had the others need not go on.
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  try {
    const volumes = await Promise.all(
      [...chosen].map(async ([role, series]) => {
        const slices = await Promise.all(
          series.map((one) => fetchSeries(archive, decode, study, one, either)),
        );
        return [role, buildVolume(role, slices.flat())] as const;
      }),
    );
    return Object.fromEntries(volumes);
  } catch (cause) {
    failed.abort(cause);
    throw cause;
  }
}

/** The slices selected of one series; every instance QIDO-RS counts must arrive, selected or not. */
async function fetchSeries(
  archive: Archive,
  decode: DecodeFrame,
  study: StudyInstanceUid,
  series: CandidateSeries,
  signal?: AbortSignal,
): Promise<readonly Slice[]> {
  const expected = Map.groupBy(series.headers, (header) => header.sopInstanceUid);
  for (let attempt = 1; ; attempt++) {
    const slices = new Map<string, Slice>();
    const arrived = new Set<string>();
    let fault: unknown = null;
    try {
      const uid = series.seriesInstanceUid as SeriesInstanceUid;
      for await (const bytes of archive.retrieveSeries(study, uid, signal)) {
        const instance = readInstance(bytes);
        const { sopInstanceUid } = instance.header;
        arrived.add(sopInstanceUid);
        const wanted = (expected.get(sopInstanceUid) ?? []).map((header) => header.frameNumber);
        if (wanted.length === 0) continue;
        for (const slice of slicesFromInstance(instance, wanted, decode)) {
          slices.set(imageKey(slice.image), slice);
        }
      }
    } catch (cause) {
      if (signal?.aborted || !(cause instanceof ArchiveError && cause.retryable)) throw cause;
      fault = cause;
    }
    const complete = arrived.size === series.instanceCount && slices.size === series.headers.length;
    if (fault === null && complete) return [...slices.values()];
    if (attempt === ATTEMPTS) {
      throw new ArchiveError(
        `series ${series.seriesInstanceUid}: ${arrived.size} of ${series.instanceCount} instances arrived, ${ATTEMPTS} times over`,
        { retryable: true, cause: fault },
      );
    }
  }
}
