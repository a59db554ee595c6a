import { cross, type Point } from '../../../domain/point.ts';
import type { SlicePlane } from '../../../volume/volume.ts';
import type { Random } from '../../random.ts';

/** The planes of one series and how its slices lie on one another. */
export interface SeriesGeometry {
  readonly sliceThicknessMm: number;
  readonly spacingBetweenSlicesMm: number;
  /** Stack by stack from caudal to cranial, within a stack along its normal. */
  readonly planes: readonly SlicePlane[];
}

/** Slices perpendicular to row × column, `spacingMm` apart, their middles centred on `centre`. */
export function sliceStack(
  centre: Point,
  row: Point,
  column: Point,
  count: number,
  spacingMm: number,
  fovMm: number,
  matrix: number,
): SlicePlane[] {
  const normal = cross(row, column);
  const pixel = fovMm / matrix;
  const half = (fovMm - pixel) / 2;
  return Array.from({ length: count }, (_, slice) => {
    const along = (slice - (count - 1) / 2) * spacingMm;
    const at = (i: 0 | 1 | 2) => centre[i] + along * normal[i] - half * (row[i] + column[i]);
    return {
      originMm: [at(0), at(1), at(2)] as const,
      rowDirection: row,
      columnDirection: column,
      rowSpacingMm: pixel,
      columnSpacingMm: pixel,
      rows: matrix,
      columns: matrix,
    };
  });
}

/** A field of view whose pixels are 0.42 … 0.92 mm at this matrix. */
export function fieldOfView(random: Random, [low, high]: readonly [number, number], matrix: number): number {
  return Math.min(0.92 * matrix, Math.max(0.42 * matrix, random.uniform(low, high)));
}
