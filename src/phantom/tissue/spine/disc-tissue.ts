import type { MotionSegment } from '../../anatomy/motion-segment.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';

/**
 * Nucleus and annulus of a disc; −1 beside it.
 * @param r square of the distance from the axis as a share of the disc's outline.
 * @param gap height of the disc there, mm, and `fromMiddle` the distance below its middle.
 */
export function discTissue(
  segment: MotionSegment,
  q: SpinePoint,
  r: number,
  gap: number,
  fromMiddle: number,
): number {
  if (q.v < 0) {
    const beyond = 0.6 * segment.diffuseBulgeMm + 0.5 * segment.anteriorOsteophyteMm;
    const scale = 1 + (beyond / q.halfDepth) * Math.min(1, (-2.5 * q.v) / q.halfDepth);
    if (r > scale * scale) return -1;
  } else if (r > 1.02) return -1;
  const s = q.u / q.halfWidth;
  const w = (q.v - 0.08 * q.halfDepth) / q.halfDepth;
  const level = gap > 0.1 ? (2 * fromMiddle) / gap : 0;
  const radius = segment.nucleusRadius;
  const uneven = smoothNoiseAt(q.texturePoint, 0.12, 0.12, 0.25);
  const n = (s * s + w * w) / (radius * radius) + 0.7 * level * level + 0.14 * uneven;
  if (n < 1) {
    if (segment.hydration > 0.45 && segment.hydration < 0.9 && Math.abs(level) < 0.14 && n < 0.6)
      return TISSUE.innerAnnulus;
    return TISSUE.nucleus + q.disc;
  }
  if (n < 1.3 + 0.1 * uneven) return TISSUE.innerAnnulus;
  if (segment.annularFissure && q.v > 0) {
    const a = (q.p + 2.4) / 1.5;
    const b = q.u / 4;
    if (a * a + b * b + 4 * level * level < 1) return TISSUE.jointFluid;
  }
  return TISSUE.annulus;
}
