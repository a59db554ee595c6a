import { dot, type Point } from '../domain/point.ts';
import type { SlicePlane } from './volume.ts';

/** A slice on a coarse square grid, its columns running posteriorly or to the left, its rows to the feet or the back. */
export interface CoarseSlice {
  /** width × height means, row-major; NaN where the slice has no pixel. */
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly mmPerCell: number;
}

/**
 * Averages a slice into square cells. Rows and columns of the image stay what they are, but for being exchanged and
 * turned round so that columns run along `across` and rows along `down` (unit vectors, LPS) as nearly as they can.
 * @param pixels rows × columns values, row-major
 */
export function coarseSlice(
  plane: SlicePlane,
  pixels: Float32Array,
  across: Point,
  down: Point,
  mmPerCell: number,
): CoarseSlice {
  const { rows, columns, rowDirection, columnDirection, rowSpacingMm, columnSpacingMm } = plane;
  const upright = Math.abs(dot(rowDirection, across)) >= Math.abs(dot(columnDirection, across));
  const turnedAcross = dot(upright ? rowDirection : columnDirection, across) < 0;
  const turnedDown = dot(upright ? columnDirection : rowDirection, down) < 0;
  const extent = [columns * columnSpacingMm, rows * rowSpacingMm] as const;
  const [widthMm, heightMm] = upright ? extent : [extent[1], extent[0]];
  const width = Math.max(1, Math.floor(widthMm / mmPerCell));
  const height = Math.max(1, Math.floor(heightMm / mmPerCell));
  const sums = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  const cell = (alongMm: number, lengthMm: number, turned: boolean) =>
    Math.floor((turned ? lengthMm - alongMm : alongMm) / mmPerCell);
  for (let row = 0; row < rows; row++) {
    const rowMm = (row + 0.5) * rowSpacingMm;
    for (let column = 0; column < columns; column++) {
      const columnMm = (column + 0.5) * columnSpacingMm;
      const x = cell(upright ? columnMm : rowMm, widthMm, turnedAcross);
      const y = cell(upright ? rowMm : columnMm, heightMm, turnedDown);
      if (x >= width || y >= height) continue;
      sums[y * width + x]! += pixels[row * columns + column]!;
      counts[y * width + x]! += 1;
    }
  }
  const values = Float32Array.from(sums, (sum, i) => (counts[i] === 0 ? Number.NaN : sum / counts[i]!));
  return { values, width, height, mmPerCell };
}
