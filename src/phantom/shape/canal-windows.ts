import type { MotionSegment } from '../anatomy/motion-segment.ts';

/** Height of the pedicles' lower and upper edges as t: of the upper vertebra and of the lower one. */
export const PEDICLE_BOTTOM_T = 0.11;
export const PEDICLE_TOP_T = 0.66;

/** 0 up to `from`, 1 from `to` on, smooth between. */
export function rise(from: number, to: number, x: number): number {
  if (x <= from) return 0;
  if (x >= to) return 1;
  const s = (x - from) / (to - from);
  return s * s * (3 - 2 * s);
}

/** 1 over the middle of the canal, 0 from where the lateral recess is measured. */
export function centralWindow(u: number): number {
  return 1 - rise(4.5, 8.4, u);
}

/** 1 over the lateral recess, 0 in the midline and in the foramen. */
export function recessWindow(u: number): number {
  return rise(5.2, 7.6, u) * (1 - rise(10.4, 13, u));
}

/** 1 over the foramen, 0 in the canal and outside the spine. */
export function foramenWindow(u: number): number {
  return rise(11.5, 14.5, u) * (1 - rise(21.5, 27, u));
}

/** 1 at the height of the disc, fading over the protrusion's reach. */
export function discWindow(segment: MotionSegment, h: number): number {
  const half = 0.14 * segment.discHeightMm;
  return 1 - rise(half, half + 1.5 + segment.protrusionReachMm, Math.abs(h));
}

/** 1 at the height of the facet joint, where flavum and facet thicken. */
export function jointWindow(h: number): number {
  return 1 - rise(3.5, 10, Math.abs(h));
}
