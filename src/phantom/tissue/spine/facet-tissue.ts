import type { MotionSegment, SegmentSide } from '../../anatomy/motion-segment.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { TISSUE } from '../tissue.ts';

/** Thickness of the dark rim of bone. */
export const CORTEX_MM = 1;

/** Height of the middle of the joint below the middle of the disc, mm. */
const JOINT_H_MM = 1;
/** Curvature of the joint space: the superior process is hollow, the inferior one round. */
const JOINT_CURVE_PER_MM = 0.042;

/**
 * Facet joint: the superior process of the lower vertebra, a crescent in front and to the side, embraces the inferior
 * process of the upper one. −1 outside.
 */
export function facet(segment: MotionSegment, side: SegmentSide, q: SpinePoint, u: number): number {
  const h = q.h - JOINT_H_MM;
  const du = u - side.facetOffsetMm - 1;
  const dp = q.p - 0.72 * segment.canalDepthMm;
  const radius = side.facetRadiusMm;
  if (h > 17 || h < -17 || du * du + dp * dp > 2.6 * radius * radius) return -1;
  const sine = Math.sin(side.facetAngleRad);
  const cosine = Math.cos(side.facetAngleRad);
  const along = du * sine + dp * cosine;
  const across = du * cosine - dp * sine + JOINT_CURVE_PER_MM * along * along - 0.5;
  const half = side.jointSpaceMm / 2;
  // Thickness, middle in height and half height of the process on this side of the joint.
  const front = across > 0;
  const thickness = front ? 0.35 * radius : 0.43 * radius;
  const level = front ? h - 4 : h + 3.5;
  const x = ((front ? across : -across) - half - thickness) / thickness;
  const y = (along + (front ? 1.2 : -1)) / radius;
  const r = Math.sqrt(x * x + y * y + (level * level) / 150);
  const gap = (front ? across : -across) - half;
  if (gap < 0) {
    if (y * y + (h * h) / 90 > 0.8) return -1;
    return side.jointFluid > 0.55 ? TISSUE.jointFluid : TISSUE.innerAnnulus;
  }
  if (r > 1.1) return -1;
  // Capsule around the joint.
  if (r > 1) return h > -8 && h < 10 ? TISSUE.ligament : -1;
  return Math.min((1.04 - r) * thickness, gap) < CORTEX_MM ? TISSUE.cortex : TISSUE.posteriorMarrow;
}
