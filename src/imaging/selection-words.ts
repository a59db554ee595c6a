import type { Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { AssessedSeries, CandidateSeries, QualifiedSeries } from './assess-series.ts';
import { whyPreferred } from './rank-series.ts';

export const ROLE_NAMES: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'sagittal T1',
  'sagittal-t2': 'sagittal T2',
  'axial-t2': 'axial T2',
};

/** What a chosen series lacks, a sentence each. */
export function shortcomings({ series, role, gaps, weightingSource }: QualifiedSeries): string[] {
  const name = `${ROLE_NAMES[role]} (series ${series.seriesNumber ?? series.seriesInstanceUid})`;
  const alike = role === 'sagittal-t1' ? 'proton density-weighted' : 'fluid-suppressed (FLAIR)';
  return [
    ...gaps.map((gap) => `The stack of ${name} is incomplete: ${gap}.`),
    ...(weightingSource === 'image'
      ? [`Only its pixels tell the contrast of ${name}: that it is not ${alike} is not known.`]
      : []),
  ];
}

/** UIDs that name an image in each of several series, which PS3.5 9 forbids: references by them alone are ambiguous. */
export function sharedUids(chosen: readonly CandidateSeries[]): string[] {
  const seriesOf = new Map<string, Set<string>>();
  for (const { headers } of chosen) {
    for (const { sopInstanceUid, seriesInstanceUid } of headers) {
      seriesOf.set(sopInstanceUid, (seriesOf.get(sopInstanceUid) ?? new Set()).add(seriesInstanceUid));
    }
  }
  const shared = [...seriesOf.values()].filter((series) => series.size > 1).length;
  return shared === 0
    ? []
    : [
        `${shared} SOP Instance ${shared === 1 ? 'UID names' : 'UIDs name'} images of more than one series: the results keep them apart, a viewer may not.`,
      ];
}

/** Why a better series was preferred to one that qualifies too. */
export function passedOver(
  rival: QualifiedSeries,
  better: QualifiedSeries,
  axialCentres: readonly Point[],
): string {
  const because = whyPreferred(better, rival, axialCentres);
  return `qualifies as ${ROLE_NAMES[rival.role]}, but ${nameOf(better, rival)} was preferred because ${because}`;
}

function nameOf({ series }: QualifiedSeries, rival: QualifiedSeries): string {
  if (series.seriesInstanceUid === rival.series.seriesInstanceUid) return 'another set of its images';
  return series.seriesNumber === null
    ? `series ${series.seriesInstanceUid}`
    : `series number ${series.seriesNumber}`;
}

/** Why nothing was chosen for a role. */
export function whyMissing(role: SeriesRole, qualified: readonly QualifiedSeries[]): string {
  const elsewhere = qualified.some((series) => series.role === role);
  return elsewhere
    ? `${ROLE_NAMES[role]} is there only in another frame of reference than the other series`
    : `no series qualifies as ${ROLE_NAMES[role]}`;
}

/** The series that have no role and images beyond the limit. */
export function tooLarge(assessed: readonly AssessedSeries[], maxFramePixels: number): string[] {
  return assessed
    .filter(({ qualified }) => qualified.length === 0)
    .filter(({ series }) => series.headers.some(({ rows, columns }) => rows * columns > maxFramePixels))
    .map(
      ({ series }) =>
        `series ${series.seriesNumber ?? series.seriesInstanceUid} has images of more pixels than the limit of ${maxFramePixels} a frame`,
    );
}
