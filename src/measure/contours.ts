import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Contour } from '../domain/contour.ts';
import type { Structure } from '../domain/structure.ts';
import { scoordPixel } from '../volume/plane-geometry.ts';
import { isolines } from './isolines.ts';
import { type GridPlace, type OutlinedSlice, pointOfPlace } from './outlined-slice.ts';

/** A line may leave out what is this near to it, and rings of less are none, mm and mm². */
const TOLERANCE_MM = 0.25;
const LEAST_MM2 = 8;

/**
 * What was outlined on some slices, each slice once, as lines on its image: a few kilobytes a slice. Other work gets its
 * turn between slices, which take some milliseconds each.
 */
export async function contoursOf(slices: readonly OutlinedSlice[]): Promise<readonly Contour[]> {
  const contours: Contour[] = [];
  for (const slice of new Set(slices)) {
    contours.push(...contoursOn(slice));
    await nextTurn();
  }
  return contours;
}

function contoursOn(slice: OutlinedSlice): readonly Contour[] {
  const { size, mmPerPixel } = slice.grid;
  return Object.entries(slice.shares).flatMap(([structure, share]): Contour[] => {
    const rings = isolines(share, size)
      .filter((line) => areaOf(line) * mmPerPixel ** 2 >= LEAST_MM2)
      .map((line) => simplified(line, TOLERANCE_MM / mmPerPixel).map((place) => onImage(slice, place)));
    const { role, image } = slice;
    return rings.length === 0 ? [] : [{ structure: structure as Structure, role, image, rings }];
  });
}

/** To a tenth of a pixel. */
function onImage(slice: OutlinedSlice, place: GridPlace): readonly [number, number] {
  const [column, row] = scoordPixel(slice.plane, pointOfPlace(slice.grid, place));
  return [Math.round(10 * column) / 10, Math.round(10 * row) / 10];
}

/** In square pixels of the grid. */
function areaOf(line: readonly GridPlace[]): number {
  const twice = line.reduce((sum, { column, row }, i) => {
    const next = line[(i + 1) % line.length]!;
    return sum + column * next.row - next.column * row;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Of a closed line the places that it cannot do without (Douglas and Peucker 1973), from two that are far apart. */
function simplified(line: readonly GridPlace[], tolerance: number): readonly GridPlace[] {
  const [first] = line as [GridPlace];
  const apart = ({ column, row }: GridPlace) => Math.hypot(column - first.column, row - first.row);
  const far = line.reduce((best, place, i) => (apart(place) > apart(line[best]!) ? i : best), 0);
  const there = kept(line.slice(0, far + 1), tolerance);
  const back = kept([...line.slice(far), first], tolerance);
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

function kept(line: readonly GridPlace[], tolerance: number): readonly GridPlace[] {
  const [first, last] = [line[0]!, line.at(-1)!];
  const [dc, dr] = [last.column - first.column, last.row - first.row];
  const length = Math.hypot(dc, dr) || 1;
  let worst = tolerance;
  let at = 0;
  for (let i = 1; i < line.length - 1; i++) {
    const { column, row } = line[i]!;
    const off = Math.abs((column - first.column) * dr - (row - first.row) * dc) / length;
    if (off <= worst) continue;
    worst = off;
    at = i;
  }
  if (at === 0) return [first, last];
  return [...kept(line.slice(0, at + 1), tolerance).slice(0, -1), ...kept(line.slice(at), tolerance)];
}
