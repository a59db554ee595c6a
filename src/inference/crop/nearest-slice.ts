import type { Point } from '../../domain/point.ts';
import { inFieldOfView, patientToPixel } from '../../volume/plane-geometry.ts';
import type { Slice, Volume } from '../../volume/volume.ts';

/** The slice whose plane is nearest to the point, among those in whose field of view the point lies. */
export function nearestSlice(volume: Volume, point: Point, toleranceMm: number): Slice | null {
  let best: Slice | null = null;
  let bestDistance = toleranceMm;
  for (const slice of volume.slices) {
    const position = patientToPixel(slice.plane, point);
    const distance = Math.abs(position.distanceMm);
    if (distance <= bestDistance && inFieldOfView(slice.plane, position)) {
      best = slice;
      bestDistance = distance;
    }
  }
  return best;
}
