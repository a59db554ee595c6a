import type { MotionSegment } from '../../anatomy/motion-segment.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';
import { OUTSIDE } from './arch-shape.ts';

/** Distance inside the spinous process, mm; negative outside: a blade that grows taller and thicker towards its tip. */
export function insideSpinous(segment: MotionSegment, q: SpinePoint, u: number): number {
  const root = segment.canalDepthMm + 1;
  const share = (q.p - root) / segment.spinousLengthMm;
  if (share < -0.1 || share > 1) return OUTSIDE;
  const width = 2.2 + 2.6 * share * share + (share < 0.3 ? 6 * (0.3 - share) : 0);
  const level = ((q.t > 0.85 ? q.t - 1 : q.t) - 0.3 - 0.16 * share) * segment.lengthMm;
  const half = 6.2 + 4.4 * Math.sqrt(share < 0 ? 0 : share);
  const end = (1 - share) * segment.spinousLengthMm;
  const tall = level / half;
  // The tip is round.
  const cap = end < 6 ? (6 - end) / 6 : 0;
  return Math.min((1 - Math.sqrt(tall * tall * tall * tall + cap * cap)) * half * 0.7, width - u + 0.3);
}

/** Interspinous and supraspinous ligaments in the midline; −1 elsewhere. */
export function interspinous(segment: MotionSegment, q: SpinePoint, u: number): number {
  const root = segment.canalDepthMm + 1.5;
  const tip = root + segment.spinousLengthMm;
  if (q.p < root || q.p > tip + 2 || u > 2.4) return -1;
  if (q.p > tip - 1) return TISSUE.ligament;
  return smoothNoiseAt(q.texturePoint, 0.4, 0.3, 0.3) > -0.7 ? TISSUE.interspinous : TISSUE.muscle;
}
