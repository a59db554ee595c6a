import type { SeriesRole } from '../domain/series-role.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { buildVolume } from '../imaging/build-volume.ts';
import { type ImageHeader, imageKey } from '../imaging/image-header.ts';
import { ImagingError } from '../imaging/imaging-error.ts';
import { type Instance, readInstance } from '../imaging/read-instance.ts';
import type { CandidateSeries, Selection } from '../imaging/select-series.ts';
import { type DecodeFrame, slicesFromInstance } from '../imaging/slice-from-instance.ts';
import type { Slice, Volume } from '../imaging/volume.ts';
import { type Archive, ArchiveError } from './archive.ts';
import { DEFAULT_RETRY, type RetryPolicy, retrying } from './retry.ts';
import { withinBudget } from './study-budget.ts';
import {
  BYTES_PER_PIXEL,
  DEFAULT_STUDY_LIMITS,
  mebibytes,
  StudyLimitError,
  type StudyLimits,
  withinTime,
} from './study-limits.ts';

/**
 * Fetches the chosen series side by side, each once, and orders their images into volumes. Pixels stay as they came
 * until they are asked for.
 * @throws ArchiveError, with the last fault's own words, when a series still arrives incomplete after all tries;
 * ImagingError when an object cannot be read or is encoded in a way that is not supported; StudyLimitError when the
 * images are beyond a limit.
 */
export async function fetchVolumes(
  archive: Archive,
  decode: DecodeFrame,
  study: StudyInstanceUid,
  chosen: Selection['chosen'],
  signal?: AbortSignal,
  limits: StudyLimits = DEFAULT_STUDY_LIMITS,
  retry: RetryPolicy = DEFAULT_RETRY,
): Promise<Partial<Record<SeriesRole, Volume>>> {
  checkMemory(chosen, limits);
  // When one series cannot be had the others need not go on.
  const failed = new AbortController();
  try {
    return await withinTime(limits.maxReadingMs, signal, async (within) => {
      const slices = await fetchSlices(withinBudget(archive, limits), decode, study, chosen, {
        signal: AbortSignal.any([within, failed.signal]),
        retry,
      });
      const volumes = [...chosen].map(([role, series]) => {
        const members = series.flatMap(({ headers }) =>
          headers.map((header) => slices.get(imageKey(header))!),
        );
        return [role, buildVolume(role, members)] as const;
      });
      return Object.fromEntries(volumes);
    });
  } catch (cause) {
    failed.abort(cause);
    throw cause;
  }
}

interface Transfer {
  readonly signal: AbortSignal;
  readonly retry: RetryPolicy;
}

/** The slices of all chosen images by imageKey; a series that serves several roles is fetched once. */
async function fetchSlices(
  archive: Archive,
  decode: DecodeFrame,
  study: StudyInstanceUid,
  chosen: Selection['chosen'],
  transfer: Transfer,
): Promise<ReadonlyMap<string, Slice>> {
  const bySeries = Map.groupBy([...chosen.values()].flat(), (series) => series.seriesInstanceUid);
  const fetched = await Promise.all(
    Array.from(bySeries.values(), ([first, ...others]) => {
      const headers = [first!, ...others].flatMap((series) => series.headers);
      return fetchSeries(archive, decode, study, { ...first!, headers }, transfer);
    }),
  );
  return new Map(fetched.flatMap((slices) => [...slices]));
}

/** The slices selected of one series; every instance QIDO-RS counts must arrive, selected or not. */
async function fetchSeries(
  archive: Archive,
  decode: DecodeFrame,
  study: StudyInstanceUid,
  series: CandidateSeries,
  { signal, retry }: Transfer,
): Promise<ReadonlyMap<string, Slice>> {
  const expected = Map.groupBy(series.headers, (header) => header.sopInstanceUid);
  const headers = new Map(series.headers.map((header) => [imageKey(header), header]));
  let tries = 0;
  return retrying(retry, signal, async () => {
    const slices = new Map<string, Slice>();
    const arrived = new Set<string>();
    let fault: ArchiveError | null = null;
    let count = 0;
    try {
      const uid = series.seriesInstanceUid;
      for await (const bytes of archive.retrieveSeries(study, uid, signal)) {
        const instance = readNamed(bytes, `object ${++count} of series ${uid} as it came`);
        const { sopInstanceUid } = instance.header;
        arrived.add(sopInstanceUid);
        const frames = (expected.get(sopInstanceUid) ?? []).map((header) => header.frameNumber);
        if (frames.length === 0) continue;
        for (const slice of slicesFromInstance(instance, frames, decodeOnce(instance, decode))) {
          checkMatrix(headers.get(imageKey(slice.image))!, slice);
          slices.set(imageKey(slice.image), slice);
        }
      }
    } catch (cause) {
      if (signal.aborted || !(cause instanceof ArchiveError)) throw cause;
      fault = cause;
    }
    const complete = arrived.size === series.instanceCount && slices.size === headers.size;
    if (fault === null && complete) return slices;
    throw incomplete(series, arrived.size, ++tries, fault);
  });
}

/** The fault of a series that did not arrive whole, with the words of what stopped it, where anything did. */
function incomplete(
  series: CandidateSeries,
  arrived: number,
  tries: number,
  fault: ArchiveError | null,
): ArchiveError {
  const { seriesInstanceUid, instanceCount } = series;
  const often = tries > 1 ? `, ${tries} times over` : '';
  const other = arrived === instanceCount ? ', not all those of its metadata' : '';
  const stopped = fault === null ? other : ` (${fault.message})`;
  const words = `series ${seriesInstanceUid}: ${arrived} of ${instanceCount} instances arrived${often}${stopped}`;
  if (fault === null) return new ArchiveError(words, { retryable: true });
  const { retryable, code, status, retryAfterMs } = fault;
  return new ArchiveError(words, { retryable, code, status, retryAfterMs, cause: fault });
}

/** The memory of an object with one frame goes to the decoder as it is: each came alone in its own. */
function decodeOnce({ frames }: Instance, decode: DecodeFrame): DecodeFrame {
  return frames.length === 1 ? (frame) => decode({ ...frame, memoryIsSpare: true }) : decode;
}

/** An object too broken to say its UID is named by its place. */
function readNamed(bytes: Uint8Array, object: string): Instance {
  try {
    return readInstance(bytes);
  } catch (cause) {
    if (!(cause instanceof ImagingError) || cause.sopInstanceUid !== null) throw cause;
    throw new ImagingError(cause.problem, { object, tag: cause.tag, cause });
  }
}

/** What was selected, and found small enough, by its metadata must be what arrives. */
function checkMatrix(header: ImageHeader, { plane }: Slice): void {
  if (plane.rows === header.rows && plane.columns === header.columns) return;
  throw new ImagingError(
    `has ${plane.rows} × ${plane.columns} pixels where its metadata say ${header.rows} × ${header.columns}`,
    { sopInstanceUid: header.sopInstanceUid, tag: '(0028,0010)' },
  );
}

function checkMemory(chosen: Selection['chosen'], { maxMemoryBytes }: StudyLimits): void {
  const headers = [...chosen.values()].flat().flatMap((series) => series.headers);
  const needed = headers.reduce((sum, { rows, columns }) => sum + rows * columns * BYTES_PER_PIXEL, 0);
  if (needed > maxMemoryBytes) {
    throw new StudyLimitError(
      `the ${headers.length} images chosen need ${mebibytes(needed)} of memory, more than the limit of ${mebibytes(maxMemoryBytes)}`,
    );
  }
}
