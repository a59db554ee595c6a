import type { Point } from '../../domain/point.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';
import type { PatchFrame } from './patch-frame.ts';
import { inPlane, leftNormal } from './plane-axes.ts';

/** Middle of a slice in the patient. */
export function sliceCentre(plane: SlicePlane): Point {
  return pixelToPatient(plane, (plane.columns - 1) / 2, (plane.rows - 1) / 2);
}

/** A square around the middle of a sagittal slice: columns run posteriorly, rows caudally, within its plane. */
export function wholeSliceFrame(
  plane: SlicePlane,
  { size, mmPerPixel }: Pick<PatchSpec, 'size' | 'mmPerPixel'>,
): PatchFrame {
  const left = leftNormal(plane);
  return {
    centreMm: sliceCentre(plane),
    columnDirection: inPlane([0, 1, 0], left),
    rowDirection: inPlane([0, 0, -1], left),
    size,
    mmPerPixel,
  };
}
