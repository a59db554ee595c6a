import type { LocalisedLevel } from '../domain/assessment.ts';
import type { Level } from '../domain/level.ts';
import { length, type Point, subtract } from '../domain/point.ts';
import { patientToPixel } from '../volume/plane-geometry.ts';
import type { TruePlace } from './sources/labelled-study.ts';

/** How far a place found lies from where it is, mm. */
export interface PlaceError {
  readonly kind: TruePlace['kind'];
  readonly level: Level;
  /** Distance in space. */
  readonly errorMm: number;
  /** Distance within the slice a reader marked it on, free of the slices' spacing; null for a place known in space. */
  readonly inSliceMm: number | null;
}

/** How far what was found lies from where the place is. */
export function placeError(place: TruePlace, levels: readonly LocalisedLevel[]): PlaceError {
  const found = foundPoint(place, levels);
  const { kind, level, pointMm, plane } = place;
  const errorMm = length(subtract(found, pointMm));
  if (plane === null) return { kind, level, errorMm, inSliceMm: null };
  const at = patientToPixel(plane, found);
  const marked = patientToPixel(plane, pointMm);
  const inSliceMm = Math.hypot(
    (at.column - marked.column) * plane.columnSpacingMm,
    (at.row - marked.row) * plane.rowSpacingMm,
  );
  return { kind, level, errorMm, inSliceMm };
}

/** Whether each place found lies nearer to its own true place than to that of another level. */
export function numberedRight(places: readonly TruePlace[], levels: readonly LocalisedLevel[]): boolean {
  return places.every((place) => nearestOfItsKind(place, places, levels).level === place.level);
}

function foundPoint({ kind, level }: TruePlace, levels: readonly LocalisedLevel[]): Point {
  const found = levels.find((candidate) => candidate.level === level)!;
  return kind === 'disc' ? found.discMm : found.canalMm;
}

function nearestOfItsKind(
  place: TruePlace,
  places: readonly TruePlace[],
  levels: readonly LocalisedLevel[],
): TruePlace {
  const found = foundPoint(place, levels);
  const distanceMm = (other: TruePlace) => length(subtract(found, other.pointMm));
  const rivals = places.filter((other) => other.kind === place.kind);
  return rivals.reduce((best, other) => (distanceMm(other) < distanceMm(best) ? other : best), place);
}
