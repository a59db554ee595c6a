import { along, midpoint, type Point } from '../../domain/point.ts';
import { patientToPixel, planeNormal } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import { inPlane, leftNormal } from '../crop/plane-axes.ts';
import { wholeSliceFrame } from '../crop/whole-slice-frame.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';
import type { SegmentedPlane } from '../pack/segmenter-spec.ts';

/** The point of a graded level that the segmenter's square is laid by: at the posterior margin of its disc. */
interface Margin {
  readonly discMm: Point;
  readonly canalMm: Point;
}

/** Half way from the first to the last of some neighbouring levels: the middle of what is read of a sagittal slice. */
export function spineMiddle(levels: readonly Margin[]): Point {
  const margin = ({ discMm, canalMm }: Margin) => midpoint(discMm, canalMm);
  return midpoint(margin(levels[0]!), margin(levels.at(-1)!));
}

/**
 * The square of a slice that a segmenter reads, centred on a point or on its foot on the slice. Sagittal: columns run
 * posteriorly, rows caudally; axial: columns to the patient's left, rows posteriorly.
 */
export function segmentFrame(
  kind: SegmentedPlane,
  plane: SlicePlane,
  centreMm: Point,
  patch: Pick<PatchSpec, 'size' | 'mmPerPixel'>,
): PatchFrame {
  const { distanceMm } = patientToPixel(plane, centreMm);
  const onSlice = along(centreMm, planeNormal(plane), -distanceMm);
  if (kind === 'sagittal') return { ...wholeSliceFrame(plane, patch), centreMm: onSlice };
  const normal = leftNormal(plane);
  return {
    centreMm: onSlice,
    columnDirection: inPlane([1, 0, 0], normal),
    rowDirection: inPlane([0, 1, 0], normal),
    size: patch.size,
    mmPerPixel: patch.mmPerPixel,
  };
}
