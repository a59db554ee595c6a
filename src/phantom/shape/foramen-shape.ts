import type { MotionSegment, SegmentSide } from '../anatomy/motion-segment.ts';
import { foramenWindow } from './canal-windows.ts';

/** Distance from the midline at which the foramen is measured, mm. */
export const FORAMEN_OFFSET_MM = 17;

/** Middle of the exiting root at `u` mm from the midline: h and p. */
export function exitingRootH(segment: MotionSegment, u: number): number {
  return -0.27 * segment.foramenLengthMm + 0.4 * (u - FORAMEN_OFFSET_MM);
}
export function exitingRootP(u: number): number {
  return 4.2 - 0.2 * (u - FORAMEN_OFFSET_MM);
}

/**
 * Distance, mm, from the edge of the foramen's opening, a teardrop around the root that closes as the foramen narrows;
 * negative inside. Approximate, exact in sign.
 */
export function foramenEdge(
  segment: MotionSegment,
  side: SegmentSide,
  u: number,
  p: number,
  h: number,
): number {
  const narrowing = side.foramenNarrowing * foramenWindow(u);
  const dh = h - exitingRootH(segment, u);
  const dp = p - exitingRootP(u);
  const across = 1 - 0.92 * narrowing;
  const along = 1 - 0.7 * narrowing;
  const reach = (dh < 0 ? 0.125 : side.foramenReach) * segment.foramenLengthMm * along;
  const taper = dh > 0 ? Math.max(0.2, 1 - ((dp < 0 ? 0.12 : side.foramenTaper) * dh) / reach) : 1;
  const room = (dp < 0 ? side.foramenFrontMm : side.foramenBackMm) * across * taper;
  const x = dp / room;
  const y = dh / reach;
  return (Math.sqrt(x * x + y * y) - 1) * Math.min(room, reach);
}
