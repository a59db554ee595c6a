import type { PatientIdentity } from '../../dicom/image/patient-identity.ts';
import { ArchiveError } from '../../dicomweb/archive.ts';
import { type RetryPolicy, retrying } from '../../dicomweb/retry.ts';
import type { DecodeFrame } from '../../pixels/encoded-frame.ts';
import type { CandidateSeries } from '../../series/candidate-series.ts';
import type { Slice } from '../../volume/volume.ts';
import type { ImageSource } from '../image-source.ts';
import { seriesArrival } from './series-arrival.ts';

export interface Transfer {
  readonly signal: AbortSignal;
  readonly retry: RetryPolicy;
  /** Told whose every chosen image is that arrives. */
  readonly identified: (patient: PatientIdentity) => void;
}

/**
 * The slices selected of one series by imageKey; every instance the source counts must arrive, selected or not.
 * @throws ArchiveError, with the last fault's own words, when some have not after all tries; ImagingError when an image
 * that was chosen cannot be used.
 */
export async function fetchSeries(
  source: ImageSource,
  decode: DecodeFrame,
  series: CandidateSeries,
  transfer: Transfer,
): Promise<ReadonlyMap<string, Slice>> {
  const { signal, retry, identified } = transfer;
  let tries = 0;
  return retrying(retry, signal, async () => {
    const arrived = seriesArrival(series, decode, identified);
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
