import type { CodeOf } from '../domain/catalogue.ts';
import type { Point } from '../domain/point.ts';
import { inWords, type Reason, remark, type Warning, type WhyUnused } from '../domain/remark.ts';
import type { SeriesDecision } from '../domain/series-decision.ts';
import { type SeriesRemark, seriesRemark } from '../domain/series-remark.ts';
import type { Preferred } from '../domain/series-remarks/choice-sentences.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { AssessedSeries, CandidateSeries, QualifiedSeries } from './candidate-series.ts';

import { whyPreferred } from './rank-series.ts';

/** What a chosen series lacks. */
export function shortcomings({ series, role, gaps, weightingSource }: QualifiedSeries): Warning[] {
  const of = { role, series: numberOf(series) };
  return [
    ...gaps.map((gap) => remark('slices-missing', { ...of, gap })),
    ...(weightingSource === 'image' ? [remark('contrast-from-pixels', of)] : []),
  ];
}

/** UIDs that name an image in each of several series, which PS3.5 9 forbids: references by them alone are ambiguous. */
export function sharedUids(chosen: readonly CandidateSeries[]): Warning[] {
  const seriesOf = new Map<string, Set<string>>();
  for (const { headers } of chosen) {
    for (const { sopInstanceUid, seriesInstanceUid } of headers) {
      seriesOf.set(sopInstanceUid, (seriesOf.get(sopInstanceUid) ?? new Set()).add(seriesInstanceUid));
    }
  }
  const count = [...seriesOf.values()].filter((series) => series.size > 1).length;
  return count === 0 ? [] : [remark('shared-sop-instance-uids', { count })];
}

/** Why a better series was preferred to one that qualifies too. */
export function passedOver(
  rival: QualifiedSeries,
  better: QualifiedSeries,
  axialCentres: readonly Point[],
): SeriesRemark {
  const because = whyPreferred(better, rival, axialCentres);
  return seriesRemark('other-preferred', {
    role: rival.role,
    preferred: preferredTo(rival, better),
    because,
  });
}

function preferredTo(rival: QualifiedSeries, { series }: QualifiedSeries): Preferred {
  const { seriesInstanceUid: uid, seriesNumber: number } = series;
  if (uid === rival.series.seriesInstanceUid) return { kind: 'another-set' };
  return number === null ? { kind: 'series', uid } : { kind: 'series', number };
}

/** What an analysis of this selection does not use: series, each once, and objects of the series chosen. */
export function unusedParts({
  decisions,
  chosen,
}: {
  readonly decisions: readonly SeriesDecision[];
  readonly chosen: ReadonlyMap<SeriesRole, readonly CandidateSeries[]>;
}): (readonly [CodeOf<'passed-over'>, where: string, count: number])[] {
  const used = Map.groupBy([...chosen.values()].flat(), (series) => series.seriesInstanceUid);
  const unused = decisions.filter(({ seriesInstanceUid }) => !used.has(seriesInstanceUid));
  return [
    ...unused.map(
      ({ seriesInstanceUid, reasons }) =>
        ['series-not-used', `series ${seriesInstanceUid}: ${inWords(reasons.at(-1) ?? '')}`, 1] as const,
    ),
    ...[...used].flatMap(([uid, [first, ...others]]) => {
      const headers = [first!, ...others].flatMap((series) => series.headers);
      const count = first!.instanceCount - new Set(headers.map((header) => header.sopInstanceUid)).size;
      return count > 0 ? [['instances-not-used', `series ${uid}`, count] as const] : [];
    }),
  ];
}

/** Why nothing was chosen for a role. */
export function whyUnused(role: SeriesRole, assessed: readonly AssessedSeries[]): WhyUnused {
  const elsewhere = assessed.filter(({ qualified }) => qualified.some((series) => series.role === role));
  if (elsewhere.length > 0) {
    return { kind: 'other-frame-of-reference', series: elsewhere.map(({ series }) => numberOf(series)) };
  }
  const faulty = assessed.filter(({ faulty, qualified }) => faulty && qualified.length === 0);
  return {
    kind: 'none-qualifies',
    faulty: faulty.map(({ series, refusals }) => ({ series: numberOf(series), because: refusals[0]! })),
  };
}

/** The series that have no role and images beyond the limit. */
export function tooLarge(assessed: readonly AssessedSeries[], limit: number): Reason[] {
  return assessed
    .filter(({ qualified }) => qualified.length === 0)
    .filter(({ series }) => series.headers.some(({ rows, columns }) => rows * columns > limit))
    .map(({ series }) => remark('frames-too-large', { series: numberOf(series), limit }));
}

function numberOf({ seriesNumber, seriesInstanceUid }: CandidateSeries): number | string {
  return seriesNumber ?? seriesInstanceUid;
}
