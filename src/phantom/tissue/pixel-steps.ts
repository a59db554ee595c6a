import type { SlicePlane } from '../../volume/volume.ts';

/** Where the first pixel of a slice lies in the patient, and the steps from it to the next ones, mm. */
export interface PixelSteps {
  readonly origin: readonly [number, number, number];
  readonly column: readonly [number, number, number];
  readonly row: readonly [number, number, number];
  readonly through: readonly [number, number, number];
}

/** The steps along a row, along a column and through the whole thickness of a slice. */
export function pixelSteps(plane: SlicePlane, sliceThicknessMm: number): PixelSteps {
  const { rowDirection: r, columnDirection: c, columnSpacingMm: dx, rowSpacingMm: dy } = plane;
  const t = sliceThicknessMm;
  return {
    origin: [plane.originMm[0], plane.originMm[1], plane.originMm[2]],
    column: [r[0] * dx, r[1] * dx, r[2] * dx],
    row: [c[0] * dy, c[1] * dy, c[2] * dy],
    through: [
      t * (r[1] * c[2] - r[2] * c[1]),
      t * (r[2] * c[0] - r[0] * c[2]),
      t * (r[0] * c[1] - r[1] * c[0]),
    ],
  };
}
