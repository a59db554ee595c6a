import type { Measure, WhyUnmeasured } from '../domain/measurement.ts';
import type { Point } from '../domain/point.ts';
import { quantile } from '../domain/quantile.ts';
import type { Structure } from '../domain/structure.ts';
import { type Chord, chordLength, chords, type GridDirection, longest, placeAlong } from './chord.ts';
import { type DiscAxis, discAxis, through } from './disc-axis.ts';
import { type GridPlace, type OutlinedSlice, placeOnGrid, pointOfPlace } from './outlined-slice.ts';

/** A length with both its ends, or why there is none. */
export type Length =
  | { readonly value: number; readonly pointsMm: readonly [Point, Point] }
  | { readonly absent: WhyUnmeasured };

type SagittalMeasure = Exclude<Measure, 'sac-area'>;

/** No canal begins farther behind its disc's posterior margin, nor ends farther, mm. */
const CANAL_BEGINS_MM = 9;
const CANAL_ENDS_MM = 40;
/** A further stretch of canal of this length says that metal or another artefact has broken it: none of them is its diameter, mm. */
const BROKEN_MM = 1;
/** How far from its middle the outline of a disc reaches at most, mm. */
const DISC_REACH_MM = 40;
/** Where a disc's height is taken, as shares of its depth on both sides of its middle: the height is the median. */
const HEIGHTS_AT = [-0.25, -0.125, 0, 0.125, 0.25];
const HEIGHT_REACH_MM = 18;
/** Posterior walls are compared this far above and below the endplates, mm: beyond their rims. */
const WALL_AT_MM = 4;
/** A length beyond these is none of a spine's, mm. */
const PLAUSIBLE_MM: Readonly<Record<SagittalMeasure, readonly [number, number]>> = {
  'canal-diameter': [3, 35],
  'sac-diameter': [1, 30],
  'disc-height': [1, 22],
  slip: [-25, 25],
};

/** What is measured of one level on an outlined sagittal slice. @param discMm where the disc was found */
export function measureSagittal(
  slice: OutlinedSlice,
  discMm: Point,
): Readonly<Record<SagittalMeasure, Length>> {
  const found = placeOnGrid(slice.grid, discMm);
  const axis = discAxis(slice, found);
  if (axis === null || axis.cutOff) {
    const absent = axis === null && isWellInside(slice, found) ? 'not-outlined' : 'level-out-of-view';
    const none: Length = { absent };
    return { 'canal-diameter': none, 'sac-diameter': none, 'disc-height': none, slip: none };
  }
  const lengths = {
    'canal-diameter': behindDisc(slice, axis, ['sac', 'epidural']),
    'sac-diameter': behindDisc(slice, axis, ['sac']),
    ...discHeightAndSlip(slice, axis),
  };
  const judged = Object.entries(lengths).map(([measure, length]) => [
    measure,
    'value' in length && !isPlausible(measure as SagittalMeasure, length.value)
      ? { absent: 'not-plausible' }
      : length,
  ]);
  return Object.fromEntries(judged) as typeof lengths;
}

function isPlausible(measure: SagittalMeasure, value: number): boolean {
  const [least, most] = PLAUSIBLE_MM[measure];
  return value >= least && value <= most;
}

/** Whether the slice shows what is around a place, so that a disc there would be seen. */
function isWellInside(
  { seen, grid: { size, mmPerPixel } }: OutlinedSlice,
  { column, row }: GridPlace,
): boolean {
  const reach = 15 / mmPerPixel;
  return [-reach, reach].every((dc) =>
    [-reach, reach].every((dr) => {
      const [c, r] = [Math.round(column + dc), Math.round(row + dr)];
      return c >= 0 && r >= 0 && c < size && r < size && seen[r * size + c] === 1;
    }),
  );
}

/** From front to back along the disc's middle line: the canal, or the sac in it. */
function behindDisc(slice: OutlinedSlice, axis: DiscAxis, structures: readonly Structure[]): Length {
  const { middle, posterior } = axis;
  const disc = chords(slice, ['disc'], middle, posterior, [0, DISC_REACH_MM]);
  const marginMm = disc?.[0]?.toMm;
  if (marginMm === undefined) return { absent: 'not-outlined' };
  const all = chords(slice, structures, middle, posterior, [marginMm - 4, marginMm + CANAL_ENDS_MM]);
  if (all === null) return { absent: 'level-out-of-view' };
  const canal = longest(all.filter(({ fromMm }) => fromMm <= marginMm + CANAL_BEGINS_MM));
  if (canal === null) return { absent: 'not-outlined' };
  const isBroken = all.some((other) => other !== canal && chordLength(other) >= BROKEN_MM);
  return isBroken ? { absent: 'not-outlined' } : lengthOf(slice, middle, posterior, canal);
}

function discHeightAndSlip(
  slice: OutlinedSlice,
  { middle, posterior, caudal }: DiscAxis,
): Record<'disc-height' | 'slip', Length> {
  const { mmPerPixel } = slice.grid;
  const front = chords(slice, ['disc'], middle, posterior, [-DISC_REACH_MM, DISC_REACH_MM]);
  const depth = through(front);
  if (!depth) return { 'disc-height': { absent: 'not-outlined' }, slip: { absent: 'not-outlined' } };
  const heights = HEIGHTS_AT.flatMap((share) => {
    const at = placeAlong(
      middle,
      posterior,
      (depth.fromMm + depth.toMm) / 2 + share * chordLength(depth),
      mmPerPixel,
    );
    const across = chords(slice, ['disc'], at, caudal, [-HEIGHT_REACH_MM, HEIGHT_REACH_MM]);
    const height = through(across);
    return height ? [{ at, height }] : [];
  });
  if (heights.length < HEIGHTS_AT.length) {
    return { 'disc-height': { absent: 'not-outlined' }, slip: { absent: 'not-outlined' } };
  }
  const ordered = heights.toSorted((a, b) => chordLength(a.height) - chordLength(b.height));
  const { at, height } = ordered[Math.floor(ordered.length / 2)]!;
  const half =
    quantile(
      heights.map((each) => chordLength(each.height)),
      0.5,
    ) / 2;
  return {
    'disc-height': lengthOf(slice, at, caudal, height),
    slip: slipOf(slice, { middle, posterior, caudal }, half + WALL_AT_MM),
  };
}

/** Between the posterior walls of the vertebrae above and below, along the disc's middle line. */
function slipOf(
  slice: OutlinedSlice,
  { middle, posterior, caudal }: Pick<DiscAxis, 'middle' | 'posterior' | 'caudal'>,
  awayMm: number,
): Length {
  const { mmPerPixel } = slice.grid;
  const walls = [-awayMm, awayMm].map((mm) => {
    const from = placeAlong(middle, caudal, mm, mmPerPixel);
    const body = chords(slice, ['vertebra'], from, posterior, [-DISC_REACH_MM, DISC_REACH_MM]);
    return through(body)?.toMm ?? null;
  });
  const [upper, lower] = walls as [number | null, number | null];
  if (upper === null || lower === null) return { absent: 'not-outlined' };
  const ends = [
    placeAlong(placeAlong(middle, caudal, -awayMm, mmPerPixel), posterior, upper, mmPerPixel),
    placeAlong(placeAlong(middle, caudal, awayMm, mmPerPixel), posterior, lower, mmPerPixel),
  ] as const;
  const [a, b] = ends.map((place) => pointOfPlace(slice.grid, place)) as [Point, Point];
  return { value: lower - upper, pointsMm: [a, b] };
}

function lengthOf(slice: OutlinedSlice, start: GridPlace, direction: GridDirection, chord: Chord): Length {
  const at = (mm: number) =>
    pointOfPlace(slice.grid, placeAlong(start, direction, mm, slice.grid.mmPerPixel));
  return { value: chordLength(chord), pointsMm: [at(chord.fromMm), at(chord.toMm)] };
}
