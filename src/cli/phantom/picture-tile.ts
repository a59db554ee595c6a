import type { Point } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { PhantomStudy } from '../../phantom/phantom-study.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';

/** Pixels a tile is wide, and the gap between tiles. */
export const TILE = 240;
/** Shares of a tile's pixels below black and above white. */
const CLIPPED = [0.01, 0.995] as const;

/** TILE × TILE shades, row-major, 0 black and 1 white. */
export interface Tile {
  readonly values: Float32Array;
}

/** What lies within `sizeMm` around a patient point on the slice nearest to it, in shades 0 … 1. */
export function pictureTile(study: PhantomStudy, role: SeriesRole, at: Point, sizeMm: number): Tile {
  const { slices } = study.volumes[role]!;
  const distance = (slice: (typeof slices)[number]) => Math.abs(patientToPixel(slice.plane, at).distanceMm);
  const { plane, rendered } = slices.reduce((best, slice) =>
    distance(slice) < distance(best) ? slice : best,
  );
  const pixels = rendered();
  const middle = patientToPixel(plane, at);
  const values = new Float32Array(TILE * TILE);
  const step = sizeMm / TILE;
  for (let row = 0, i = 0; row < TILE; row++) {
    const y = middle.row + ((row - TILE / 2) * step) / plane.rowSpacingMm;
    for (let column = 0; column < TILE; column++, i++) {
      const x = middle.column + ((column - TILE / 2) * step) / plane.columnSpacingMm;
      values[i] = interpolated(pixels, plane.columns, plane.rows, x, y);
    }
  }
  const sorted = values.slice().sort();
  const [black, white] = CLIPPED.map((share) => sorted[Math.floor(share * (sorted.length - 1))]!) as [
    number,
    number,
  ];
  return { values: values.map((value) => (value - black) / Math.max(1e-6, white - black)) };
}

/** Bilinear; 0 outside the image. */
function interpolated(image: Float32Array, columns: number, rows: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left >= columns - 1 || top >= rows - 1) return 0;
  const [fx, fy] = [x - left, y - top];
  const at = top * columns + left;
  const upper = image[at]! * (1 - fx) + image[at + 1]! * fx;
  const lower = image[at + columns]! * (1 - fx) + image[at + columns + 1]! * fx;
  return upper * (1 - fy) + lower * fy;
}
