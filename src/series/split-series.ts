import type { ImageHeader } from '../dicom/image/image-header.ts';
import type { AnatomicalPlane } from '../domain/anatomical-plane.ts';
import { type SeriesRemark, seriesRemark } from '../domain/series-remark.ts';
import {
  distinctPlaces,
  liesInPlane,
  nearestPlane,
  type PlacedHeader,
  placesOf,
  reachMm,
  sliceGaps,
  stacksOf,
} from '../volume/stack-geometry.ts';
import { dixonImage } from './qualities/image-fitness.ts';

/** Images of one series that were taken alike: one plane, one contrast, one point in time, each place once. */
export interface SeriesPart {
  readonly plane: AnatomicalPlane;
  readonly headers: readonly PlacedHeader[];
  /** What was left out of it. */
  readonly leftOut: readonly SeriesRemark[];
}

/** In a series of one plane, this share of its images lies in it; others are strays. */
const MIN_PLANE_SHARE = 0.8;
/** Echo, inversion and repetition times of one contrast differ by less than this from their neighbours. */
const SAME_TIME_RATIO = 1.3;
const SAME_TIME_MS = 3;

/**
 * Splits a series into parts of one plane and one contrast, and reduces each to one image a place. The rule, in
 * order: images of three planes are a localiser; planes are told apart; within a plane, contrasts by echo, inversion
 * and repetition time (a step of more than 30 % and 3 ms), by the image of a Dixon acquisition, by magnitude or real
 * part and by the role a rule of the site gives; where a contrast shows a place more than once, the first time point
 * (or acquisition) that shows the most places stays; of what still repeats, the lowest InstanceNumber.
 * @returns the parts, largest first; what it looks like in place of them for a localiser.
 */
export function splitSeries(usable: readonly PlacedHeader[]): readonly SeriesPart[] | SeriesRemark {
  const planes = byPlane(usable);
  const strays = planes.length > 1 && planes[0]!.headers.length >= MIN_PLANE_SHARE * usable.length;
  if (planes.length === 3 && !strays) {
    const images = planes.map(({ plane, headers }) => ({ plane, count: headers.length }));
    return seriesRemark('several-orientations', { images });
  }
  const used = strays ? planes.slice(0, 1) : planes;
  const strayed = strays
    ? [seriesRemark('strays-left-out', { count: usable.length - planes[0]!.headers.length })]
    : [];
  const parts = used.flatMap(({ plane, headers }) =>
    byContrast(headers).map((members): SeriesPart => {
      const { kept, leftOut } = onePointInTime(members, plane);
      const distinct = distinctPlaces(kept);
      const repeats = kept.length - distinct.length;
      const repeated = repeats === 0 ? [] : [seriesRemark('repeats-left-out', { count: repeats })];
      return { plane, headers: distinct, leftOut: [...strayed, ...leftOut, ...repeated] };
    }),
  );
  return parts.sort((a, b) => b.headers.length - a.headers.length);
}

/** Largest first. A stack tilted far, as along a steep disc, belongs to the plane of the majority. */
function byPlane(
  usable: readonly PlacedHeader[],
): readonly { readonly plane: AnatomicalPlane; readonly headers: readonly PlacedHeader[] }[] {
  const normals = new Map(
    stacksOf(usable).flatMap(({ normal, levels }) =>
      levels.flatMap(({ places }) => places.flat().map((header) => [header, normal] as const)),
    ),
  );
  const nearest = (header: PlacedHeader) => nearestPlane(normals.get(header)!);
  const groups = [...Map.groupBy(usable, nearest)].sort(([, a], [, b]) => b.length - a.length);
  const main = groups[0]![0];
  const inMain = usable.filter((header) => liesInPlane(normals.get(header)!, main));
  const others = usable.filter((header) => !liesInPlane(normals.get(header)!, main));
  const rest = [...Map.groupBy(others, nearest)].sort(([, a], [, b]) => b.length - a.length);
  return [{ plane: main, headers: inMain }, ...rest.map(([plane, headers]) => ({ plane, headers }))];
}

function byContrast(headers: readonly PlacedHeader[]): readonly (readonly PlacedHeader[])[] {
  const echo = timeClusters(headers, (header) => header.echoTimeMs);
  const inversion = timeClusters(headers, (header) => header.inversionTimeMs);
  const repetition = timeClusters(headers, (header) => header.repetitionTimeMs);
  const key = (header: PlacedHeader) =>
    [
      echo(header.echoTimeMs),
      inversion(header.inversionTimeMs),
      repetition(header.repetitionTimeMs),
      dixonImage(header),
      header.imageType.some((value) => /^(R|REAL)$/i.test(value)),
      header.siteRule?.role,
    ].join();
  return [...Map.groupBy(headers, key).values()];
}

/** Numbers the clusters of a time; images that do not tell it belong to the only cluster where there is only one. */
function timeClusters(
  headers: readonly ImageHeader[],
  timeOf: (header: ImageHeader) => number | null,
): (value: number | null) => number {
  const known = headers.map(timeOf).filter((value) => value !== null);
  const starts: number[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const value of known.sort((a, b) => a - b)) {
    if (value > previous * SAME_TIME_RATIO && value - previous > SAME_TIME_MS) starts.push(value);
    previous = value;
  }
  return (value) => {
    if (value === null) return starts.length === 1 ? 1 : 0;
    return starts.filter((start) => start <= value).length;
  };
}

/** What tells repetitions of one place apart, in the order of trust. */
const REPETITIONS = [
  { name: 'time-points', of: (header: ImageHeader) => header.temporalPosition },
  { name: 'acquisitions', of: (header: ImageHeader) => header.acquisitionNumber },
] as const;

function onePointInTime(headers: readonly PlacedHeader[], plane: AnatomicalPlane): Kept {
  const places = placesOf(headers);
  const placeOf = new Map(places.flatMap((members, place) => members.map((header) => [header, place])));
  const shownBy = (members: readonly PlacedHeader[]) =>
    new Set(members.map((header) => placeOf.get(header))).size;
  for (const { name, of } of REPETITIONS) {
    const groups = [...Map.groupBy(headers, of)].sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity));
    if (groups.length < 2 || groups.some(([, members]) => members.length < 2)) continue;
    const shown = groups.map(([, members]) => shownBy(members));
    const most = Math.max(...shown);
    const repeated = places.length < headers.length && most >= 0.9 * places.length;
    // Interleaved acquisitions show different places each, and are one stack.
    if (!repeated && !liesBeside(groups[shown.indexOf(most)]![1], headers, plane)) continue;
    const kept = groups[shown.indexOf(most)]![1];
    const count = headers.length - kept.length;
    return {
      kept,
      leftOut: [seriesRemark('one-repetition-used', { of: name, repetitions: groups.length, count })],
    };
  }
  return { kept: headers, leftOut: [] };
}

interface Kept {
  readonly kept: readonly PlacedHeader[];
  readonly leftOut: readonly SeriesRemark[];
}

/** Share of its steps that a whole stack seems to be broken at once slices of another one lie between its own. */
const BROKEN_SHARE = 0.5;
/** Share of all that an acquisition reaches over unless it is a block, as of one disc. */
const WHOLE_SHARE = 0.9;

/**
 * Whether an acquisition is a stack of its own beside others that were moved by a part of its spacing: whole by itself,
 * where all together step unevenly from slice to slice.
 */
function liesBeside(
  acquisition: readonly PlacedHeader[],
  all: readonly PlacedHeader[],
  plane: AnatomicalPlane,
): boolean {
  const broken = sliceGaps(all, plane).length >= BROKEN_SHARE * (acquisition.length - 1);
  const whole = reachMm(acquisition) >= WHOLE_SHARE * reachMm(all);
  return broken && whole && sliceGaps(acquisition, plane).length === 0;
}
