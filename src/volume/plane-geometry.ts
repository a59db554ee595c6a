import { along, cross, dot, type Point, subtract } from '../domain/point.ts';
import type { SlicePlane } from './volume.ts';

/** rowDirection × columnDirection; unit length. */
export function planeNormal(plane: Pick<SlicePlane, 'rowDirection' | 'columnDirection'>): Point {
  return cross(plane.rowDirection, plane.columnDirection);
}

/**
 * Patient coordinates (LPS, mm) of a place on the image (PS3.3 C.7.6.2.1.1).
 * @param column pixels to the right of the centre of the first pixel; fractions allowed.
 * @param row pixels below it.
 */
export function pixelToPatient(plane: SlicePlane, column: number, row: number): Point {
  const onFirstRow = along(plane.originMm, plane.rowDirection, column * plane.columnSpacingMm);
  return along(onFirstRow, plane.columnDirection, row * plane.rowSpacingMm);
}

export interface PlanePosition {
  /** In pixels from the centre of the first pixel, not rounded, not bounded by the image. */
  readonly column: number;
  readonly row: number;
  /** Signed distance of the point from the plane, positive along planeNormal. */
  readonly distanceMm: number;
}

/** The foot of the perpendicular from a patient point (LPS, mm) on the image plane; inverse of pixelToPatient. */
export function patientToPixel(plane: SlicePlane, pointMm: Point): PlanePosition {
  const fromOrigin = subtract(pointMm, plane.originMm);
  return {
    column: dot(fromOrigin, plane.rowDirection) / plane.columnSpacingMm,
    row: dot(fromOrigin, plane.columnDirection) / plane.rowSpacingMm,
    distanceMm: dot(fromOrigin, planeNormal(plane)),
  };
}

/** The foot of a patient point on the image, in SCOORD units (PS3.3 C.18.6.1.1): the centre of the first pixel is (0.5, 0.5). */
export function scoordPixel(plane: SlicePlane, pointMm: Point): readonly [column: number, row: number] {
  const { column, row } = patientToPixel(plane, pointMm);
  return [column + 0.5, row + 0.5];
}

/** Whether a place on the plane falls on a pixel; pixels reach half a pixel around their centres. */
export function inFieldOfView(
  plane: SlicePlane,
  position: { readonly column: number; readonly row: number },
): boolean {
  const { column, row } = position;
  return column >= -0.5 && column < plane.columns - 0.5 && row >= -0.5 && row < plane.rows - 0.5;
}
