import type { MotionSegment, SegmentSide } from '../../anatomy/motion-segment.ts';
import { exitingRootH, exitingRootP, foramenEdge } from '../../shape/foramen-shape.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';

/** The foramen with root, fat and what bounds it, `u` mm from the midline behind the front wall; −1 beside it. */
export function foraminalTissue(
  segment: MotionSegment,
  side: SegmentSide,
  q: SpinePoint,
  u: number,
  front: number,
): number {
  const edge = foramenEdge(segment, side, u, q.p, q.h);
  // A disc that closes the foramen reaches up and down beyond its height.
  const reach = 1.5 + 4 * side.foramenNarrowing - 0.45 * Math.max(0, q.p - front);
  const beside = Math.abs(q.h) < segment.discHeightMm * 0.35 + reach;
  if (q.p < front) {
    if (u > 0.95 * q.halfWidth || q.p < front - 5) return -1;
    return beside ? TISSUE.annulus : TISSUE.marrow;
  }
  const dp = q.p - exitingRootP(u);
  if (edge < 0) {
    const dh = q.h - exitingRootH(segment, u);
    if (dh * dh + dp * dp < side.rootRadiusMm * side.rootRadiusMm) return TISSUE.root;
    return smoothNoiseAt(q.texturePoint, 0.5, 0.5, 0.5) > 1.15 ? TISSUE.vein : TISSUE.foraminalFat;
  }
  if (u > 23 || u > q.halfWidth) {
    const across = (u - 22) / 6;
    const deep = (q.p - 4) / 4.5;
    return across * across + deep * deep > 1 ? -1 : TISSUE.foraminalFat;
  }
  // What bounds and closes the foramen: disc and osteophyte from the front, the superior articular process from behind.
  if (dp < 0 && beside) return TISSUE.annulus;
  if (edge < 0.8) return q.h > -3 && dp > 0 ? TISSUE.ligament : TISSUE.cortex;
  return dp < 0 ? TISSUE.posteriorMarrow : -1;
}
