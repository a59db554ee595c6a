import { type SeriesRemark, seriesRemark } from '../domain/series-remark.ts';
import { assessPart } from './assess-part.ts';
import type { AssessedSeries, CandidateSeries, QualifiedSeries } from './candidate-series.ts';
import { otherBodyPart } from './qualities/body-part.ts';
import { sortOut } from './qualities/image-fitness.ts';
import type { LocaliserLikeness } from './qualities/localiser-likeness.ts';
import type { ImageWeighting } from './qualities/weigh-image.ts';
import { type SeriesPart, splitSeries } from './split-series.ts';

export interface AssessmentOptions {
  /** Rows × columns beyond which an image is not looked at. */
  readonly maxFramePixels: number;
  /** What the pixels of unweighed series show, by their keys. */
  readonly weighed: ReadonlyMap<string, ImageWeighting>;
}

/** Four times the area of any MR matrix in use. */
export const DEFAULT_MAX_FRAME_PIXELS = 4096 * 4096;

/** What roles one series could play, from geometry and MR physics first and its description last. */
export function assessSeries(series: CandidateSeries, options: AssessmentOptions): AssessedSeries {
  const { modality, headers } = series;
  const turnedDown = (faulty: boolean, ...refusals: readonly SeriesRemark[]): AssessedSeries => ({
    series,
    qualified: [],
    unweighed: [],
    refusals,
    faulty,
  });
  if (modality !== 'MR') {
    return turnedDown(false, seriesRemark('not-mr', { modality: isCode(modality) ? modality : null }));
  }
  const unreadable = unreadableRemarks(series.unreadable ?? []);
  if (headers.length === 0) {
    return turnedDown(true, ...(unreadable.length > 0 ? unreadable : [seriesRemark('metadata-missing', {})]));
  }
  const { usable, objections, broken } = sortOut(headers, options.maxFramePixels);
  const remarks = [...objections, ...unreadable];
  const faulty = broken || unreadable.length > 0;
  if (usable.length === 0) return turnedDown(faulty, ...remarks);
  // What a stack with holes shows may lie in the holes.
  if (faulty) return turnedDown(true, ...remarks, seriesRemark('series-broken', {}));
  const elsewhere = usable.some(({ siteRule }) => siteRule?.role) ? null : otherBodyPart(usable);
  if (elsewhere !== null) {
    return turnedDown(false, seriesRemark('other-body-part', { by: elsewhere }), ...remarks);
  }
  const parts = splitSeries(usable);
  if ('code' in parts) return turnedDown(false, parts, ...remarks);
  return assessParts(series, parts, remarks, options.weighed);
}

function assessParts(
  series: CandidateSeries,
  parts: readonly SeriesPart[],
  remarks: readonly SeriesRemark[],
  weighed: ReadonlyMap<string, ImageWeighting>,
): AssessedSeries {
  const verdicts = parts.map((part) => assessPart(series, part, weighed));
  const [sets, total] = [parts.length, series.headers.length];
  const reasonsOf = (index: number): readonly SeriesRemark[] => {
    const { headers, leftOut } = parts[index]!;
    const others = verdicts.filter((_, other) => other !== index);
    return [
      ...(sets > 1 ? [seriesRemark('several-sets', { sets, images: headers.length, total })] : []),
      ...verdicts[index]!.reasons,
      ...leftOut,
      ...remarks,
      ...others.map(({ reasons }) => seriesRemark('another-set', { reasons })),
    ];
  };
  const qualified = verdicts.flatMap((verdict, index): QualifiedSeries[] => {
    if (verdict.kind !== 'qualified') return [];
    const { localiser, gaps } = verdict.qualified;
    const missing = gaps.map((gap) => seriesRemark('stack-gap', gap));
    const reasons = [...reasonsOf(index), ...localiserRemark(localiser), ...missing];
    return [{ ...verdict.qualified, reasons }];
  });
  return {
    series,
    qualified,
    unweighed: verdicts.flatMap((verdict) => (verdict.kind === 'unweighed' ? [verdict.unweighed] : [])),
    refusals: qualified.length > 0 ? [] : reasonsOf(0),
    faulty: false,
  };
}

/** A series of so many points is told to look like a localiser. */
const TOLD_POINTS = 3;

function localiserRemark({ points, signs }: LocaliserLikeness): SeriesRemark[] {
  return points < TOLD_POINTS ? [] : [seriesRemark('like-localiser', { points, signs })];
}

/** Unreadable instances named one by one. */
const MAX_NAMED = 3;

function unreadableRemarks(problems: readonly string[]): SeriesRemark[] {
  const named = problems.slice(0, MAX_NAMED).map((words) => seriesRemark('metadata-unreadable', { words }));
  const count = problems.length - named.length;
  return count > 0 ? [...named, seriesRemark('more-metadata-unreadable', { count })] : named;
}

/** A modality is a short code (CS); whatever else stands there is not repeated. */
function isCode(modality: string): boolean {
  return /^[A-Z0-9]{1,16}$/.test(modality);
}
