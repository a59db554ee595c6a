import type { LocalisedLevel } from '../../domain/assessment.ts';
import { along, midpoint, type Point } from '../../domain/point.ts';
import { patientToPixel, planeNormal } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import { inPlane, leftNormal } from '../crop/plane-axes.ts';
import { wholeSliceFrame } from '../crop/whole-slice-frame.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';
import type { SegmentedPlane } from '../pack/segmenter-spec.ts';

/** From the canal's middle forwards to about the posterior margins of the discs, mm. */
const CANAL_TO_MARGIN_MM = 13;

/**
 * Half way from the first to the last of some neighbouring levels, at the posterior margins of the discs: the middle of what is
 * read of a sagittal slice. Of their canals alone, which stay where they were found when discs are centred on their outlines: what
 * is outlined anew is outlined on the same square.
 */
export function spineMiddle(levels: readonly Pick<LocalisedLevel, 'canalMm'>[]): Point {
  const canal = midpoint(levels[0]!.canalMm, levels.at(-1)!.canalMm);
  return along(canal, [0, -1, 0], CANAL_TO_MARGIN_MM);
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
