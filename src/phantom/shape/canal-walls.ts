import type { MotionSegment, SegmentSide } from '../anatomy/motion-segment.ts';
import { centralWindow, discWindow, jointWindow, recessWindow, rise } from './canal-windows.ts';

/** Distance from the midline at which the lateral recess is measured, mm. */
export const RECESS_OFFSET_MM = 9;
/** Room kept between dura and its surroundings. */
const DURA_GAP_MM = 0.6;

/** Front wall of canal and recess: posterior outline of body or disc with its bulges. `u` ≥ 0. */
export function frontWall(
  segment: MotionSegment,
  side: SegmentSide,
  base: number,
  u: number,
  h: number,
): number {
  const bulge =
    segment.diffuseBulgeMm +
    segment.centralAnteriorMm * centralWindow(u) +
    side.recessAnteriorMm * recessWindow(u);
  return (
    base +
    (bulge === 0 ? 0 : bulge * discWindow(segment, h)) -
    0.8 * rise(6, 12, Math.abs(h)) * (1 - rise(0, 12, u))
  );
}

/** Front of the laminae, without the flavum. */
export function laminaFront(segment: MotionSegment, u: number): number {
  return segment.canalDepthMm - segment.roofSlope * (Math.sqrt(u * u + 4) - 2);
}

/** Back wall of canal and recess: ligamentum flavum, or lamina where there is none. `u` ≥ 0. */
export function backWall(segment: MotionSegment, side: SegmentSide, u: number, t: number, h: number): number {
  // The two halves of the flavum meet thinly in the midline, where fat fills the angle.
  const thickness = segment.flavumMm * (0.5 + 0.5 * rise(0.5, 4.5, u));
  const flavum = thickness * rise(0.14, 0.4, t) * (1 - rise(0.8, 0.98, t));
  const narrowing = segment.centralPosteriorMm * centralWindow(u) + side.recessPosteriorMm * recessWindow(u);
  // A flavum that thickens takes the place of the fat.
  const displaced = Math.min(1, segment.centralPosteriorMm / 3);
  const fat = u > 6 ? 0 : segment.posteriorFatMm * (1 - displaced) * (1 - rise(0.8, 6, u));
  const angle = fat === 0 ? 0 : fat * rise(0.35, 0.55, t) * (1 - rise(0.8, 0.95, t));
  return laminaFront(segment, u) - flavum + angle - (narrowing === 0 ? 0 : narrowing * jointWindow(h));
}

/** Whether (u, p) lies in the dural sac, given the walls of the canal there. */
export function inSac(
  segment: MotionSegment,
  u: number,
  p: number,
  h: number,
  front: number,
  back: number,
): boolean {
  if (p < front + DURA_GAP_MM || p > back - DURA_GAP_MM) return false;
  const squeeze = segment.sacSqueeze === 0 ? 1 : 1 - segment.sacSqueeze * jointWindow(h);
  const centre = segment.anteriorFatMm + DURA_GAP_MM + segment.sacHalfDepthMm;
  const x = u / (segment.sacHalfWidthMm * squeeze);
  const y = (p - centre) / segment.sacHalfDepthMm;
  return x * x + y * y < 1;
}
