import { type ImageHeader, imageKey } from '../dicom/image/image-header.ts';
import { contradictions, type PatientIdentity } from '../dicom/image/patient-identity.ts';
import { type Instance, readInstance } from '../dicom/image/read-instance.ts';
import { sopIdentity } from '../dicom/image/sop-identity.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { ArchiveError } from '../dicomweb/archive.ts';
import { DEFAULT_RETRY, type RetryPolicy, retrying } from '../dicomweb/retry.ts';
import { remark } from '../domain/remark.ts';
import {
  BYTES_PER_PIXEL,
  DEFAULT_STUDY_LIMITS,
  StudyLimitError,
  type StudyLimits,
  withinTime,
} from '../domain/study-limits.ts';
import type { SopInstanceUid } from '../domain/uid.ts';
import { UnusableStudyError } from '../domain/unusable-study.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import type { CandidateSeries } from '../series/candidate-series.ts';
import type { Selection } from '../series/select-series.ts';
import { buildVolume } from '../volume/build-volume.ts';
import { slicesFromInstance } from '../volume/slice-from-instance.ts';
import type { Slice, Volumes } from '../volume/volume.ts';
import type { ImageSource } from './image-source.ts';
import type { InspectedStudy } from './inspect-study.ts';

/**
 * Fetches the chosen series side by side, each once, and orders their images into volumes. Pixels stay as they came
 * until they are asked for. What came must be of one patient, and of the one the study was inspected for.
 * @throws what the source throws; ArchiveError, with the last fault's own words, when a series still arrives incomplete
 * after all tries; ImagingError
 * when an image that was chosen cannot be read or is encoded in a way that is not supported; StudyLimitError when the
 * images are beyond a limit; UnusableStudyError when they contradict each other about whose they are.
 */
export async function fetchVolumes(
  source: ImageSource,
  decode: DecodeFrame,
  {
    selection: { chosen },
    patients,
  }: Pick<InspectedStudy, 'patients'> & {
    readonly selection: Pick<Selection, 'chosen'>;
  },
  signal?: AbortSignal,
  limits: StudyLimits = DEFAULT_STUDY_LIMITS,
  retry: RetryPolicy = DEFAULT_RETRY,
): Promise<Volumes> {
  checkMemory(chosen, limits);
  // When one series cannot be had the others need not go on.
  const failed = new AbortController();
  try {
    return await withinTime(limits.maxReadingMs, signal, async (within) => {
      const seen: PatientIdentity[] = [...patients];
      const slices = await fetchSlices(source, decode, chosen, {
        signal: AbortSignal.any([within, failed.signal]),
        retry,
        identified: (patient) => seen.push(patient),
      });
      const attributes = contradictions(seen);
      if (attributes.length > 0) {
        throw new UnusableStudyError(remark('contradicting-patients', { attributes }));
      }
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
  /** Told whose every chosen image is that arrives. */
  readonly identified: (patient: PatientIdentity) => void;
}

/** The slices of all chosen images by imageKey; a series that serves several roles is fetched once. */
async function fetchSlices(
  source: ImageSource,
  decode: DecodeFrame,
  chosen: Selection['chosen'],
  transfer: Transfer,
): Promise<ReadonlyMap<string, Slice>> {
  const bySeries = Map.groupBy([...chosen.values()].flat(), (series) => series.seriesInstanceUid);
  const fetched = await Promise.all(
    Array.from(bySeries.values(), ([first, ...others]) => {
      const headers = [first!, ...others].flatMap((series) => series.headers);
      return fetchSeries(source, decode, { ...first!, headers }, transfer);
    }),
  );
  return new Map(fetched.flatMap((slices) => [...slices]));
}

/** The slices selected of one series; every instance the source counts must arrive, selected or not. */
async function fetchSeries(
  source: ImageSource,
  decode: DecodeFrame,
  series: CandidateSeries,
  transfer: Transfer,
): Promise<ReadonlyMap<string, Slice>> {
  const { signal, retry } = transfer;
  let tries = 0;
  return retrying(retry, signal, async () => {
    const arrived = arrival(series, decode, transfer);
    let fault: ArchiveError | null = null;
    try {
      for await (const bytes of source.instances(series, signal)) arrived.take(bytes);
    } catch (cause) {
      if (signal.aborted || !(cause instanceof ArchiveError)) throw cause;
      fault = cause;
    }
    if (fault === null && arrived.complete()) return arrived.slices;
    throw incomplete(series, arrived.count(), ++tries, fault);
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

/** What has come of a series in one transfer. */
interface Arrival {
  readonly slices: ReadonlyMap<string, Slice>;
  /** @throws ImagingError when an image that was chosen cannot be used. What selection left aside is not read. */
  take(bytes: Uint8Array): void;
  count(): number;
  /** @throws ImagingError when a chosen image is missing and one came that is too broken to say which it is. */
  complete(): boolean;
}

function arrival(series: CandidateSeries, decode: DecodeFrame, transfer: Transfer): Arrival {
  const expected = Map.groupBy(series.headers, (header) => header.sopInstanceUid);
  const headers = new Map(series.headers.map((header) => [imageKey(header), header]));
  const slices = new Map<string, Slice>();
  const named = new Set<string>();
  const nameless: ImagingError[] = [];
  const takeChosen = (instance: Instance) => {
    transfer.identified(instance.patient);
    const frames = expected.get(instance.header.sopInstanceUid)!.map((header) => header.frameNumber);
    for (const slice of slicesFromInstance(instance, frames, decodeOnce(instance, decode))) {
      checkMatrix(headers.get(imageKey(slice.image))!, slice);
      slices.set(imageKey(slice.image), slice);
    }
  };
  const count = () => named.size + nameless.length;
  return {
    slices,
    take(bytes) {
      const identity = sopIdentity(bytes);
      if (identity !== null && !expected.has(identity.sopInstanceUid as SopInstanceUid)) {
        named.add(identity.sopInstanceUid);
        return;
      }
      const object = `object ${count() + 1} of series ${series.seriesInstanceUid} as it came`;
      const read = readNamed(bytes, object);
      if (read instanceof ImagingError) {
        if (identity !== null) throw read;
        nameless.push(read);
        return;
      }
      named.add(read.header.sopInstanceUid);
      if (expected.has(read.header.sopInstanceUid)) takeChosen(read);
    },
    count,
    complete() {
      const whole = slices.size === headers.size;
      if (!whole && nameless.length > 0) throw nameless[0];
      return whole && count() === series.instanceCount;
    },
  };
}

/** The memory of an object with one frame goes to the decoder as it is: each came alone in its own. */
function decodeOnce({ frames }: Instance, decode: DecodeFrame): DecodeFrame {
  return frames.length === 1 ? (frame) => decode({ ...frame, memoryIsSpare: true }) : decode;
}

/** An object too broken to say its UID is named by its place. */
function readNamed(bytes: Uint8Array, object: string): Instance | ImagingError {
  try {
    return readInstance(bytes);
  } catch (cause) {
    if (!(cause instanceof ImagingError)) throw cause;
    return cause.sopInstanceUid === null
      ? new ImagingError(cause.problem, { object, tag: cause.tag, cause })
      : cause;
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
    const limit = { images: headers.length, bytes: needed, limitBytes: maxMemoryBytes };
    throw new StudyLimitError({ of: 'memory', ...limit });
  }
}
