import { imageKey } from '../dicom/image/image-header.ts';
import { contradictions, type PatientIdentity } from '../dicom/image/patient-identity.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../dicomweb/retry.ts';
import { remark } from '../domain/remark.ts';
import {
  BYTES_PER_PIXEL,
  DEFAULT_STUDY_LIMITS,
  StudyLimitError,
  type StudyLimits,
  withinTime,
} from '../domain/study-limits.ts';
import { UnusableStudyError } from '../domain/unusable-study.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import type { Selection } from '../series/select-series.ts';
import { buildVolume } from '../volume/build-volume.ts';
import type { Slice, Volumes } from '../volume/volume.ts';
import { fetchSeries, type Transfer } from './fetch/fetch-series.ts';
import type { ImageSource } from './image-source.ts';
import type { InspectedStudy } from './inspect-study.ts';

/**
 * Fetches the chosen series side by side, each once, and orders their images into volumes. Pixels stay as they came
 * until they are asked for. What came must be of one patient, and of the one the study was inspected for.
 * @throws what the source throws; ArchiveError, with the last fault's own words, when a series still arrives incomplete
 * after all tries; ImagingError when an image that was chosen cannot be read or is encoded in a way that is not
 * supported; StudyLimitError when the images are beyond a limit; UnusableStudyError when they contradict each other
 * about whose they are.
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

/** Bytes that the chosen images take, stored and decoded. */
export function memoryOf(chosen: Selection['chosen']): number {
  return headersOf(chosen).reduce((sum, { rows, columns }) => sum + rows * columns * BYTES_PER_PIXEL, 0);
}

const headersOf = (chosen: Selection['chosen']) =>
  [...chosen.values()].flat().flatMap((series) => series.headers);

function checkMemory(chosen: Selection['chosen'], { maxMemoryBytes }: StudyLimits): void {
  const needed = memoryOf(chosen);
  if (needed > maxMemoryBytes) {
    const images = headersOf(chosen).length;
    const limit = { images, bytes: needed, limitBytes: maxMemoryBytes };
    throw new StudyLimitError({ of: 'memory', ...limit });
  }
}
