import { dot, subtract } from '../../domain/point.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { PatchFrame } from './patch-frame.ts';

/** A slice's plane with its values, row-major. */
export interface DecodedSlice {
  readonly plane: SlicePlane;
  readonly pixels: Float32Array;
}

/**
 * Samples a slice on a patch, bilinearly, into `out[offset … offset + size²)`, row-major. The patch is projected
 * along the slice's normal. A patch coarser than the slice is averaged over 2 × 2 sub-samples, so that
 * structure finer than a patch pixel does not alias. Outside the slice: NaN.
 */
export function samplePatch(
  { plane, pixels }: DecodedSlice,
  frame: PatchFrame,
  out: Float32Array,
  offset: number,
): void {
  const relative = subtract(frame.centreMm, plane.originMm);
  const toColumn = 1 / plane.columnSpacingMm;
  const toRow = 1 / plane.rowSpacingMm;
  const columnCentre = dot(relative, plane.rowDirection) * toColumn;
  const rowCentre = dot(relative, plane.columnDirection) * toRow;
  const step = frame.mmPerPixel;
  const columnPerU = dot(frame.columnDirection, plane.rowDirection) * step * toColumn;
  const rowPerU = dot(frame.columnDirection, plane.columnDirection) * step * toRow;
  const columnPerV = dot(frame.rowDirection, plane.rowDirection) * step * toColumn;
  const rowPerV = dot(frame.rowDirection, plane.columnDirection) * step * toRow;
  const coarse = step > 1.2 * Math.min(plane.rowSpacingMm, plane.columnSpacingMm);
  const subs = coarse ? 2 : 1;
  const firstSub = coarse ? -0.25 : 0;
  const half = (frame.size - 1) / 2;
  const { columns } = plane;
  const lastColumn = columns - 1;
  const lastRow = plane.rows - 1;
  const right = lastColumn > 0 ? 1 : 0;
  const below = lastRow > 0 ? columns : 0;
  const weight = 1 / subs ** 2;

  // Millions of times a study: plain loops over numbers, without an iterator.
  for (let j = 0; j < frame.size; j++) {
    for (let i = 0; i < frame.size; i++) {
      let sum = 0;
      for (let b = 0; b < subs; b++) {
        const v = j - half + (firstSub + b / 2);
        for (let a = 0; a < subs; a++) {
          const u = i - half + (firstSub + a / 2);
          const column = columnCentre + columnPerU * u + columnPerV * v;
          const row = rowCentre + rowPerU * u + rowPerV * v;
          if (column < 0 || row < 0 || column > lastColumn || row > lastRow) {
            sum = Number.NaN;
            continue;
          }
          const c0 = column < lastColumn ? Math.floor(column) : Math.max(0, lastColumn - 1);
          const r0 = row < lastRow ? Math.floor(row) : Math.max(0, lastRow - 1);
          const fc = column - c0;
          const fr = row - r0;
          const at = r0 * columns + c0;
          const top = pixels[at]! * (1 - fc) + pixels[at + right]! * fc;
          const bottom = pixels[at + below]! * (1 - fc) + pixels[at + below + right]! * fc;
          sum += (top * (1 - fr) + bottom * fr) * weight;
        }
      }
      out[offset + j * frame.size + i] = sum;
    }
  }
}
