import { dot, type Point } from '../domain/point.ts';
import type { Advantage } from '../domain/series-remarks/choice-sentences.ts';
import { inFieldOfView, patientToPixel, pixelToPatient, planeNormal } from '../volume/plane-geometry.ts';
import { slicePlane } from '../volume/slice-plane.ts';
import type { SlicePlane } from '../volume/volume.ts';
import type { QualifiedSeries } from './candidate-series.ts';

type Because = Exclude<Advantage['by'], 'less-like-localiser'>;

interface Preference {
  readonly because: Because | ((better: QualifiedSeries, rival: QualifiedSeries) => Advantage);
  /** Less is better. `axialCentres`: of the slices that qualify as axial T2. */
  readonly badness: (series: QualifiedSeries, axialCentres: readonly Point[]) => number;
  /** Up to this, a difference is none. Between figures that occur, so that no noise of header text decides. */
  readonly tolerance: number;
}

const SOURCES: Readonly<Record<QualifiedSeries['weightingSource'], number>> = {
  rule: 0,
  times: 1,
  contrast: 2,
  description: 3,
  image: 4,
};

/** A series with so many points of localiserLikeness more than another is not used where that one is there. */
const LOCALISER_POINTS = 1.99;
/** A tenth of a millimetre in pixel size weighs as much as one slice. */
const SLICES_A_PIXEL_MM = 10;

/** Of several series for one role, those that come behind in the first of these that tells them apart are passed over. */
const PREFERENCES: readonly Preference[] = [
  {
    because: 'rule',
    badness: (series) => Number(series.weightingSource !== 'rule'),
    tolerance: 0,
  },
  {
    because: 'coverage',
    badness: (series, axialCentres) => -shareShown(series, axialCentres),
    tolerance: 0.5,
  },
  {
    because: (better, rival) => ({
      by: 'less-like-localiser',
      points: better.localiser.points,
      rivalPoints: rival.localiser.points,
      rivalSigns: rival.localiser.signs,
    }),
    badness: (series) => series.localiser.points,
    tolerance: LOCALISER_POINTS,
  },
  {
    because: 'coverage',
    badness: (series, axialCentres) => -shareShown(series, axialCentres),
    tolerance: 0.1,
  },
  {
    because: 'no-fat-suppression',
    badness: (series) => Number(series.fatSuppressed),
    tolerance: 0,
  },
  {
    because: 'no-contrast-agent',
    badness: (series) => Number(series.contrastAgentGiven),
    tolerance: 0,
  },
  {
    because: 'weighting-known',
    badness: (series) => SOURCES[series.weightingSource],
    tolerance: 0,
  },
  {
    because: (better, rival) => {
      const finer = SLICES_A_PIXEL_MM * (rival.pixelSpacingMm - better.pixelSpacingMm);
      return { by: better.sliceCount - rival.sliceCount >= finer ? 'more-slices' : 'finer-pixels' };
    },
    badness: (series) => SLICES_A_PIXEL_MM * series.pixelSpacingMm - series.sliceCount,
    tolerance: 0.5,
  },
  {
    because: 'closer-slices',
    badness: (series) => series.sliceSpacingMm ?? Infinity,
    tolerance: 0.05,
  },
  { because: 'finer-pixels', badness: (series) => series.pixelSpacingMm, tolerance: 0.005 },
  // A technologist repeats a series that went wrong.
  {
    because: 'later',
    badness: (series) => -(series.series.seriesNumber ?? -Infinity),
    tolerance: 0,
  },
];

/** The series for one role, best first: the best is what the preferences in turn leave, the next the best of the rest. */
export function rankSeries(
  rivals: readonly QualifiedSeries[],
  axialCentres: readonly Point[],
): readonly QualifiedSeries[] {
  let left = rivals
    .toSorted((a, b) => (a.series.seriesInstanceUid <= b.series.seriesInstanceUid ? -1 : 1))
    .map((series) => ({ series, badness: PREFERENCES.map(({ badness }) => badness(series, axialCentres)) }));
  const ranked: QualifiedSeries[] = [];
  while (left.length > 0) {
    const best = PREFERENCES.reduce((remaining, { tolerance }, index) => {
      const least = Math.min(...remaining.map(({ badness }) => badness[index]!));
      return remaining.filter(({ badness }) => badness[index]! <= least + tolerance);
    }, left)[0]!;
    ranked.push(best.series);
    left = left.filter((one) => one !== best);
  }
  return ranked;
}

/** In what a series that was ranked before another is better. */
export function whyPreferred(
  better: QualifiedSeries,
  rival: QualifiedSeries,
  axialCentres: readonly Point[],
): Advantage {
  const ahead = PREFERENCES.map(({ because, badness, tolerance }) => ({
    because,
    by: badness(rival, axialCentres) - badness(better, axialCentres),
    tolerance,
  }));
  const first = ahead.find(({ by, tolerance }) => by > tolerance) ?? ahead.find(({ by }) => by > 0);
  const because = first?.because ?? 'uid';
  return typeof because === 'string' ? { by: because } : because(better, rival);
}

/** Without those that look like localisers beside the least such of their role. */
export function withoutLocalisers(series: readonly QualifiedSeries[]): readonly QualifiedSeries[] {
  const byRole = Map.groupBy(series, ({ role }) => role);
  return series.filter(({ role, localiser, weightingSource }) => {
    const least = Math.min(...byRole.get(role)!.map((rival) => rival.localiser.points));
    return weightingSource === 'rule' || localiser.points <= least + LOCALISER_POINTS;
  });
}

/** Middles of the slices, in the patient (LPS, mm). */
export function sliceCentres(series: QualifiedSeries): readonly Point[] {
  return planesOf(series).map((plane) =>
    pixelToPatient(plane, (plane.columns - 1) / 2, (plane.rows - 1) / 2),
  );
}

/** Share of the points that the middle slice's field of view reaches, seen along its normal. */
function shareShown(series: QualifiedSeries, points: readonly Point[]): number {
  if (points.length === 0) return 0;
  const planes = planesOf(series);
  const middle = planes[Math.floor(planes.length / 2)]!;
  return (
    points.filter((point) => inFieldOfView(middle, patientToPixel(middle, point))).length / points.length
  );
}

/** Slices closer than this, parallel and over one another show the same. */
const SAME_PLACE_MM = 1.5;
const REDUNDANT_SHARE = 0.9;

/** Whether nearly all slices of a series lie where slices of another one do. */
export function isRedundant(series: QualifiedSeries, other: QualifiedSeries): boolean {
  const others = planesOf(other);
  const shown = planesOf(series).filter((plane) => others.some((candidate) => samePlace(plane, candidate)));
  return shown.length >= REDUNDANT_SHARE * series.sliceCount;
}

function samePlace(a: SlicePlane, b: SlicePlane): boolean {
  const centre = pixelToPatient(a, (a.columns - 1) / 2, (a.rows - 1) / 2);
  const position = patientToPixel(b, centre);
  const parallel = Math.abs(dot(planeNormal(a), planeNormal(b))) > 0.99;
  return parallel && Math.abs(position.distanceMm) <= SAME_PLACE_MM && inFieldOfView(b, position);
}

function planesOf({ series }: QualifiedSeries): readonly SlicePlane[] {
  return series.headers.map(slicePlane);
}
