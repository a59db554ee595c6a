import type { Point } from '../../../domain/point.ts';
import { quantile } from '../../../domain/quantile.ts';
import { greyPng } from '../../../pixels/grey-png.ts';
import { patientToPixel } from '../../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../../volume/volume.ts';

/** A place on a picture, in pixels from its upper left corner. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
}

/** A slice as a PNG in greys from its 1st to its 99th percentile, with places of the patient (mm) in its pixels. */
export function slicePicture(
  plane: SlicePlane,
  pixels: Float32Array,
  found: readonly Point[],
  truth: readonly Point[],
) {
  const { columns: width, rows: height, rowSpacingMm, columnSpacingMm } = plane;
  const sample = Array.from({ length: 2000 }, (_, i) => pixels[Math.floor((i * pixels.length) / 2000)]!);
  const [low, high] = [quantile(sample, 0.01), quantile(sample, 0.99)];
  const range = Math.max(high - low, Number.MIN_VALUE);
  const place = (point: Point): PicturePlace => {
    const { column, row } = patientToPixel(plane, point);
    return { x: column + 0.5, y: row + 0.5 };
  };
  return {
    png: greyPng(
      pixels.map((value) => (value - low) / range),
      width,
      height,
    ),
    width,
    height,
    pixelAspect: rowSpacingMm / columnSpacingMm,
    found: found.map(place),
    truth: truth.map(place),
  };
}
