import type { ImageHeader } from '../dicom/image/image-header.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { seriesRemark } from '../domain/series-remark.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { Slice } from '../volume/volume.ts';
import type { AssessmentOptions } from './assess-series.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { type ImageWeighting, representativeHeaders, weighImages } from './qualities/weigh-image.ts';
import { type Selection, selectSeries } from './select-series.ts';

export interface Roles {
  /** Roles without which the study cannot be graded. */
  readonly requires: readonly SeriesRole[];
  /** Roles that are used when there. */
  readonly uses: readonly SeriesRole[];
}

/** Fetches and decodes some images of a series. */
export type ReadSlices = (
  series: CandidateSeries,
  headers: readonly ImageHeader[],
) => Promise<readonly Slice[]>;

/**
 * selectSeries, looking at the pixels of a few images wherever neither times nor scanner nor description tell the
 * contrast of a series that otherwise fits.
 * @throws what `readSlices` throws, but for ImagingError: images that cannot be decoded leave the series without a role.
 */
export async function decideSeries(
  candidates: readonly CandidateSeries[],
  { requires, uses }: Roles,
  readSlices: ReadSlices,
  options: Pick<Partial<AssessmentOptions>, 'maxFramePixels'> = {},
): Promise<Selection> {
  const first = selectSeries(candidates, requires, uses, options);
  if (first.unweighed.length === 0) return first;
  const weighed = new Map<string, ImageWeighting>();
  for (const { key, plane, series } of first.unweighed) {
    const looked = readSlices(series, representativeHeaders(series.headers));
    weighed.set(key, await looked.then((slices) => weighImages(plane, slices)).catch(unreadable));
  }
  return selectSeries(candidates, requires, uses, { ...options, weighed });
}

function unreadable(cause: unknown): ImageWeighting {
  if (!(cause instanceof ImagingError)) throw cause;
  return {
    weighting: null,
    fatSuppressed: false,
    evidence: seriesRemark('pixels-unreadable', { words: cause.message }),
  };
}
