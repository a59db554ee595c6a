import type { ImageReference } from '../domain/image-reference.ts';
import type { WhyUnmeasured } from '../domain/measurement.ts';
import { along, dot, type Point, subtract } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { Structure } from '../domain/structure.ts';
import type { SlicePlane } from '../volume/volume.ts';

/** A square on a slice's plane: its middle, and the unit vectors along which its columns and rows run. */
export interface OutlineGrid {
  readonly centreMm: Point;
  readonly columnDirection: Point;
  readonly rowDirection: Point;
  readonly size: number;
  readonly mmPerPixel: number;
}

/** What a segmenter, or somebody who drew it, says of a square of a slice. */
export interface OutlinedSlice {
  readonly image: ImageReference;
  readonly role: SeriesRole;
  /** Where the image's own pixels lie. */
  readonly plane: SlicePlane;
  /** Sagittal: columns run posteriorly, rows caudally; axial: columns to the patient's left, rows posteriorly. */
  readonly grid: OutlineGrid;
  /** Of each structure that is told apart, the share of each pixel that is of it, 0 … 1, row-major. */
  readonly shares: Readonly<Partial<Record<Structure, Float32Array>>>;
  /** 1 where the slice has a pixel. */
  readonly seen: Uint8Array;
}

/** The outlined slices of the levels, in the levels' order; a reason where a level has none. */
export interface OutlinedLevels {
  readonly sagittal: readonly (OutlinedSlice | WhyUnmeasured)[];
  readonly axial: readonly (OutlinedSlice | WhyUnmeasured)[];
}

/** A place on an outlined slice, in pixels of its grid. */
export interface GridPlace {
  readonly column: number;
  readonly row: number;
}

export function placeOnGrid(
  { centreMm, columnDirection, rowDirection, size, mmPerPixel }: OutlineGrid,
  point: Point,
): GridPlace {
  const from = subtract(point, centreMm);
  const half = (size - 1) / 2;
  return {
    column: dot(from, columnDirection) / mmPerPixel + half,
    row: dot(from, rowDirection) / mmPerPixel + half,
  };
}

export function pointOfPlace(
  { centreMm, columnDirection, rowDirection, size, mmPerPixel }: OutlineGrid,
  { column, row }: GridPlace,
): Point {
  const half = (size - 1) / 2;
  const across = along(centreMm, columnDirection, (column - half) * mmPerPixel);
  return along(across, rowDirection, (row - half) * mmPerPixel);
}

/** Share of some structures together at a place, linear between pixels; null beyond the slice. */
export function shareAt(
  { shares, seen, grid: { size } }: OutlinedSlice,
  structures: readonly Structure[],
  column: number,
  row: number,
): number | null {
  const c0 = Math.floor(column);
  const r0 = Math.floor(row);
  if (c0 < 0 || r0 < 0 || c0 + 1 >= size || r0 + 1 >= size) return null;
  const at = r0 * size + c0;
  if (!(seen[at] && seen[at + 1] && seen[at + size] && seen[at + size + 1])) return null;
  const x = column - c0;
  const y = row - r0;
  let sum = 0;
  for (let i = 0; i < structures.length; i++) {
    const share = shares[structures[i]!];
    if (share === undefined) continue;
    const top = share[at]! * (1 - x) + share[at + 1]! * x;
    const bottom = share[at + size]! * (1 - x) + share[at + size + 1]! * x;
    sum += top * (1 - y) + bottom * y;
  }
  return sum;
}

/** 1 where at least half of a pixel is of the structure. */
export function mostly({ shares }: OutlinedSlice, structure: Structure): Uint8Array {
  const share = shares[structure] ?? new Float32Array(0);
  // A plain loop: the iterator of Uint8Array.from takes milliseconds for a slice.
  const inside = new Uint8Array(share.length);
  for (let i = 0; i < share.length; i++) inside[i] = share[i]! >= 0.5 ? 1 : 0;
  return inside;
}
