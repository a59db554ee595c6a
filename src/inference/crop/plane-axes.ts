import { along, dot, negate, type Point, unit } from '../../domain/point.ts';
import { planeNormal } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';

/** The plane's normal, turned to the patient's left. */
export function leftNormal(plane: SlicePlane): Point {
  const normal = planeNormal(plane);
  return normal[0] < 0 ? negate(normal) : normal;
}

/** `direction` projected into the plane with the given unit normal, as a unit vector. */
export function inPlane(direction: Point, normal: Point): Point {
  return unit(along(direction, normal, -dot(direction, normal)));
}
