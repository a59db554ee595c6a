import type { Structure } from '../domain/structure.ts';
import { type GridPlace, type OutlinedSlice, shareAt } from './outlined-slice.ts';

/** How finely a line is walked along, mm; ends are placed between two steps. */
const STEP_MM = 0.25;

/** A direction on a grid, of length 1. */
export type GridDirection = readonly [column: number, row: number];

/** Where a line passes through a structure: distances from where it was begun, mm. */
export interface Chord {
  readonly fromMm: number;
  readonly toMm: number;
}

/** The place `mm` along a direction. */
export function placeAlong(
  from: GridPlace,
  [dc, dr]: GridDirection,
  mm: number,
  mmPerPixel: number,
): GridPlace {
  return { column: from.column + (dc * mm) / mmPerPixel, row: from.row + (dr * mm) / mmPerPixel };
}

/**
 * Every stretch of a line, from `fromMm` to `toMm` along it, on which at least half is of some structures.
 * @returns null where the line leaves the slice before `toMm` within a structure, whose end is then not to be seen.
 */
export function chords(
  slice: OutlinedSlice,
  structures: readonly Structure[],
  start: GridPlace,
  direction: GridDirection,
  [fromMm, toMm]: readonly [number, number],
): readonly Chord[] | null {
  const found: Chord[] = [];
  let began: number | null = null;
  let before: number | null = null;
  const { mmPerPixel } = slice.grid;
  const [dc, dr] = direction;
  // Some thousand steps a study, each without an object of its own.
  for (let mm = fromMm; mm <= toMm; mm += STEP_MM) {
    const share = shareAt(
      slice,
      structures,
      start.column + (dc * mm) / mmPerPixel,
      start.row + (dr * mm) / mmPerPixel,
    );
    if (share === null) {
      if (began !== null) return null;
      before = null;
      continue;
    }
    // Where half of it is: between this step and the one before.
    const crossing = before === null ? mm : mm - (STEP_MM * (share - 0.5)) / (share - before);
    if (share >= 0.5 && began === null) began = crossing;
    if (share < 0.5 && began !== null) {
      found.push({ fromMm: began, toMm: crossing });
      began = null;
    }
    before = share;
  }
  if (began !== null) found.push({ fromMm: began, toMm });
  return found;
}

export const chordLength = ({ fromMm, toMm }: Chord): number => toMm - fromMm;

/** The longest; null of none. */
export function longest(all: readonly Chord[]): Chord | null {
  return all.reduce<Chord | null>(
    (best, each) => (best && chordLength(best) >= chordLength(each) ? best : each),
    null,
  );
}
