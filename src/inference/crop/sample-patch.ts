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
  const lastColumn = plane.columns - 1;
  const lastRow = plane.rows - 1;
  const sampling: Sampling = {
    ...{ columnCentre, rowCentre, columnPerU, rowPerU, columnPerV, rowPerV },
    first: (coarse ? -0.25 : 0) - (frame.size - 1) / 2,
    subs: coarse ? 2 : 1,
    ...{ columns: plane.columns, lastColumn, lastRow },
    right: lastColumn > 0 ? 1 : 0,
    below: lastRow > 0 ? plane.columns : 0,
  };
  for (let j = 0; j < frame.size; j++) {
    sampleRow(sampling, pixels, j, out.subarray(offset + j * frame.size, offset + (j + 1) * frame.size));
  }
}

/** How a patch lies on a slice, and what a slice's rows are long. */
interface Sampling {
  readonly columnCentre: number;
  readonly rowCentre: number;
  readonly columnPerU: number;
  readonly rowPerU: number;
  readonly columnPerV: number;
  readonly rowPerV: number;
  /** The first sub-sample each way, from the patch's middle, and how many there are of a pixel each way. */
  readonly first: number;
  readonly subs: number;
  readonly columns: number;
  readonly lastColumn: number;
  readonly lastRow: number;
  /** To the index of the neighbour. */
  readonly right: number;
  readonly below: number;
}

/**
 * One row of a patch. Millions of values a study: plain loops over numbers, and a function that is called often, which V8
 * makes fast as a whole; of one that is called seldom it makes only the loop fast, and leaves that again at each turn.
 */
function sampleRow(sampling: Sampling, pixels: Float32Array, j: number, row: Float32Array): void {
  const { columnCentre, rowCentre, columnPerU, rowPerU, columnPerV, rowPerV } = sampling;
  const { first, subs, columns, lastColumn, lastRow, right, below } = sampling;
  const weight = 1 / (subs * subs);
  for (let i = 0; i < row.length; i++) {
    let sum = 0;
    for (let b = 0; b < subs; b++) {
      const v = first + j + b / 2;
      for (let a = 0; a < subs; a++) {
        const u = first + i + a / 2;
        const column = columnCentre + columnPerU * u + columnPerV * v;
        const line = rowCentre + rowPerU * u + rowPerV * v;
        if (column < 0 || line < 0 || column > lastColumn || line > lastRow) {
          sum = Number.NaN;
          continue;
        }
        const c0 = column < lastColumn ? Math.floor(column) : Math.max(0, lastColumn - 1);
        const r0 = line < lastRow ? Math.floor(line) : Math.max(0, lastRow - 1);
        const fc = column - c0;
        const fr = line - r0;
        const at = r0 * columns + c0;
        const top = pixels[at]! * (1 - fc) + pixels[at + right]! * fc;
        const bottom = pixels[at + below]! * (1 - fc) + pixels[at + below + right]! * fc;
        sum += (top * (1 - fr) + bottom * fr) * weight;
      }
    }
    row[i] = sum;
  }
}
