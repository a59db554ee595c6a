import { imageKey } from '../dicom/image/image-header.ts';
import { type SeriesRemark, seriesRemark } from '../domain/series-remark.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { medianSliceSpacingMm, type PlacedHeader, sliceGaps } from '../volume/stack-geometry.ts';
import type { CandidateSeries, QualifiedSeries, UnweighedSeries } from './candidate-series.ts';
import { coarserSpacingMm, describeStack, stackShortcoming } from './describe-stack.ts';
import { dixonImage } from './qualities/image-fitness.ts';
import { localiserLikeness } from './qualities/localiser-likeness.ts';
import { mrWeighting } from './qualities/mr-weighting.ts';
import type { ImageWeighting } from './qualities/weigh-image.ts';
import type { SeriesPart } from './split-series.ts';

/** What one set of images of a series can be, and why. */
export type PartVerdict = { readonly reasons: readonly SeriesRemark[] } & (
  | { readonly kind: 'qualified'; readonly qualified: Omit<QualifiedSeries, 'reasons'> }
  | { readonly kind: 'unweighed'; readonly unweighed: UnweighedSeries }
  | { readonly kind: 'unfit' }
);

/**
 * The role one set of images could have: by a rule of the site, else by its geometry and its contrast.
 * @param weighed what the pixels of sets show whose headers do not tell their contrast, by UnweighedSeries' keys.
 */
export function assessPart(
  series: CandidateSeries,
  { plane, headers }: SeriesPart,
  weighed: ReadonlyMap<string, ImageWeighting>,
): PartVerdict {
  const geometry = describeStack(headers, plane);
  const given = headers[0]!.siteRule;
  if (given?.role) return partByRule(series, { plane, headers }, given.role, given.name);
  const shortcoming = stackShortcoming(headers, plane);
  if (shortcoming !== null) return { kind: 'unfit', reasons: [shortcoming] };
  const told = mrWeighting(headers);
  if (plane === 'coronal') {
    return { kind: 'unfit', reasons: [geometry, told.evidence, withoutRole('coronal')] };
  }
  const key = imageKey(headers[0]!);
  const seen = told.source === null ? (weighed.get(key) ?? null) : null;
  const weighting = told.weighting ?? seen?.weighting ?? null;
  const reasons = [
    geometry,
    told.evidence,
    ...dixonRemark(headers),
    ...(seen === null ? [] : [seen.evidence]),
  ];
  if (told.source === null && seen === null) {
    return { kind: 'unweighed', unweighed: { key, plane, series: { ...series, headers } }, reasons };
  }
  if (weighting === null) return { kind: 'unfit', reasons };
  if (plane === 'axial' && weighting === 'T1') {
    return { kind: 'unfit', reasons: [...reasons, withoutRole('axial-t1')] };
  }
  const role = plane === 'axial' ? 'axial-t2' : weighting === 'T1' ? 'sagittal-t1' : 'sagittal-t2';
  const fatSuppressed = told.fatSuppressed || (seen?.fatSuppressed ?? false);
  const source = told.source ?? 'image';
  return { kind: 'qualified', qualified: qualify(series, headers, role, fatSuppressed, source), reasons };
}

/** A rule of the site overrules contrast and completeness; a plane that contradicts the role it does not. */
function partByRule(
  series: CandidateSeries,
  { plane, headers }: Omit<SeriesPart, 'leftOut'>,
  role: SeriesRole,
  ruleName: string | null,
): PartVerdict {
  const reasons = [describeStack(headers, plane), seriesRemark('role-by-rule', { rule: ruleName, role })];
  if (!role.startsWith(plane)) {
    return { kind: 'unfit', reasons: [...reasons, seriesRemark('role-contradicts-plane', { plane })] };
  }
  const { fatSuppressed } = mrWeighting(headers);
  return { kind: 'qualified', qualified: qualify(series, headers, role, fatSuppressed, 'rule'), reasons };
}

function qualify(
  series: CandidateSeries,
  headers: readonly PlacedHeader[],
  role: SeriesRole,
  fatSuppressed: boolean,
  weightingSource: QualifiedSeries['weightingSource'],
): Omit<QualifiedSeries, 'reasons'> {
  const plane = role === 'axial-t2' ? 'axial' : 'sagittal';
  return {
    role,
    series: { ...series, headers },
    frameOfReferenceUid: headers[0]!.frameOfReferenceUid,
    fatSuppressed,
    contrastAgentGiven: headers.some((header) => header.contrastAgentGiven),
    weightingSource,
    sliceCount: headers.length,
    sliceSpacingMm: medianSliceSpacingMm(headers),
    gaps: sliceGaps(headers, plane),
    pixelSpacingMm: coarserSpacingMm(headers),
    localiser: localiserLikeness(headers, plane),
  };
}

function withoutRole(images: 'coronal' | 'axial-t1'): SeriesRemark {
  return seriesRemark('without-role', { images });
}

function dixonRemark(headers: readonly PlacedHeader[]): SeriesRemark[] {
  const image = dixonImage(headers[0]!);
  return image === null ? [] : [seriesRemark('dixon-image', { image })];
}
