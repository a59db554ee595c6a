import { dot, type Point } from '../domain/point.ts';
import type { QualifiedSeries } from './assess-series.ts';
import { inFieldOfView, patientToPixel, pixelToPatient, planeNormal } from './plane-geometry.ts';
import { slicePlane } from './slice-plane.ts';
import type { SlicePlane } from './volume.ts';

interface Preference {
  readonly because: string;
  /** Less is better. `axialCentres`: of the slices that qualify as axial T2. */
  readonly badness: (series: QualifiedSeries, axialCentres: readonly Point[]) => number;
}

const SOURCES: Readonly<Record<QualifiedSeries['weightingSource'], number>> = {
  rule: 0,
  times: 1,
  contrast: 2,
  description: 3,
  image: 4,
};

/** Differences below this are the rounding of header text. */
const tenths = (value: number) => Math.round(value * 10);

/** Of two series for one role, the first difference in this list decides. */
const PREFERENCES: readonly Preference[] = [
  {
    because: 'a rule of this site gives it that role',
    badness: (series) => Number(series.weightingSource !== 'rule'),
  },
  {
    because: 'it shows more of the places of the axial slices',
    badness: (series, axialCentres) => -tenths(shareShown(series, axialCentres)),
  },
  { because: 'it is not fat-suppressed', badness: (series) => Number(series.fatSuppressed) },
  { because: 'it was taken without contrast agent', badness: (series) => Number(series.contrastAgentGiven) },
  {
    because: 'its weighting is known from echo and repetition time',
    badness: (series) => SOURCES[series.weightingSource],
  },
  { because: 'it has more slices', badness: (series) => -series.sliceCount },
  { because: 'its slices lie closer', badness: (series) => tenths(series.sliceSpacingMm ?? Infinity) },
  { because: 'its pixels are finer', badness: (series) => tenths(series.pixelSpacingMm * 10) },
  // A technologist repeats a series that went wrong.
  { because: 'it was taken later', badness: (series) => -(series.series.seriesNumber ?? -Infinity) },
];

/** Which of two series for one role is the better (negative: a), and the words for it. */
export function compareSeries(
  a: QualifiedSeries,
  b: QualifiedSeries,
  axialCentres: readonly Point[],
): { readonly order: number; readonly because: string } {
  for (const { badness, because } of PREFERENCES) {
    const [left, right] = [badness(a, axialCentres), badness(b, axialCentres)];
    if (left !== right) return { order: left < right ? -1 : 1, because };
  }
  const [left, right] = [a.series.seriesInstanceUid, b.series.seriesInstanceUid];
  return { order: left <= right ? -1 : 1, because: 'its UID comes first' };
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
