import { type Anatomy, FIRST_SACRAL, type MotionSegment, type SegmentSide } from '../anatomy/anatomy.ts';
import { laminaFront, PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from '../anatomy/segment-shape.ts';
import type { SpinePoint } from '../anatomy/spine-locator.ts';
import type { SpineTissue } from './body-tissue.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

const CORTEX_MM = 1;
const LAMINA_MM = 6.5;
/** The laminae reach down to the height of the disc. */
const LAMINA_END_T = 0.56;
const OUTSIDE = -1e3;

/** Bone with a dark rim: `inside` is the distance to the nearest surface, mm. */
function bone(inside: number): number {
  return inside < CORTEX_MM ? TISSUE.cortex : TISSUE.posteriorMarrow;
}

/** Distance inside a box with rounded edges, of half sizes a and b; negative outside. */
function roundedBox(x: number, y: number, a: number, b: number, radius: number): number {
  const dx = (x < 0 ? -x : x) - a + radius;
  const dy = (y < 0 ? -y : y) - b + radius;
  if (dx <= 0 || dy <= 0) return radius - Math.max(dx, dy);
  return radius - Math.sqrt(dx * dx + dy * dy);
}

/** Height of the middle of the joint below the middle of the disc, mm. */
const JOINT_H_MM = 1;
/** Curvature of the joint space: the superior process is hollow, the inferior one round. */
const JOINT_CURVE_PER_MM = 0.042;

/**
 * Facet joint: the superior process of the lower vertebra, a crescent in front and to the side, embraces the inferior
 * process of the upper one. −1 outside.
 */
function facet(segment: MotionSegment, side: SegmentSide, q: SpinePoint, u: number): number {
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

/** Distance inside the bone of the arch (pedicle, transverse process, lamina, pars), mm; negative outside. */
function insideArch(segment: MotionSegment, q: SpinePoint, u: number, lumbar: boolean): number {
  const { t, p } = q;
  const width = segment.pedicleWidthMm;
  const middle = segment.pedicleInnerMm + width / 2;
  const halfHeight = ((PEDICLE_BOTTOM_T + 1 - PEDICLE_TOP_T) / 2) * segment.lengthMm;
  const level = (t - (PEDICLE_BOTTOM_T + PEDICLE_TOP_T - 1) / 2 - (t > 0.5 ? 1 : 0)) * segment.lengthMm;
  let inside = OUTSIDE;
  if (level < halfHeight && level > -halfHeight) {
    if (p > -6 && p < 15) inside = roundedBox(u - middle, level, width / 2, halfHeight, 3);
    // The process springs from the junction of pedicle and arch, at the height of the pedicle's lower half.
    const slope = p - 10 - 0.14 * (u - middle);
    if (lumbar && u > middle && u < 42)
      inside = Math.max(inside, Math.min(roundedBox(slope, level - 2, 4.6 - 0.05 * u, 5.5, 3), 40 - u));
  }
  if (u < 15 && (t < LAMINA_END_T || t > 0.93)) {
    const front = laminaFront(segment, u);
    const low = (LAMINA_END_T - t) * segment.lengthMm;
    const band = LAMINA_MM / 2 - Math.abs(p - front - LAMINA_MM / 2);
    inside = Math.max(inside, t < 0.5 ? Math.min(band, low) : Math.min(band, (t - 0.93) * segment.lengthMm));
  }
  if (t < 0.46 || t > 0.8) {
    const reach = t < 0.5 ? (0.46 - t) * segment.lengthMm : 6;
    inside = Math.max(inside, Math.min(roundedBox(u - middle + 1, p - 13.8, 5.2, 4.2, 2.5), reach));
  }
  return inside;
}

/** Distance inside the spinous process, mm; negative outside: a blade that grows taller and thicker towards its tip. */
function insideSpinous(segment: MotionSegment, q: SpinePoint, u: number): number {
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
function interspinous(segment: MotionSegment, q: SpinePoint, u: number): number {
  const root = segment.canalDepthMm + 1.5;
  const tip = root + segment.spinousLengthMm;
  if (q.p < root || q.p > tip + 2 || u > 2.4) return -1;
  if (q.p > tip - 1) return TISSUE.ligament;
  return smoothNoiseAt(q.texturePoint, 0.4, 0.3, 0.3) > -0.7 ? TISSUE.interspinous : TISSUE.muscle;
}

/** Arches, facets and processes of the lumbar and thoracic spine, the back of the sacrum; −1 elsewhere. */
export function posteriorTissue(anatomy: Anatomy): SpineTissue {
  const { segments } = anatomy;

  const sacrum = (segment: MotionSegment, q: SpinePoint, u: number): number => {
    const front = laminaFront(segment, u);
    const crest = u < 5 ? segment.spinousLengthMm * 0.6 * (1 - u / 5) : 0;
    const back = front + 5 + crest + (u > 12 ? 0.25 * (u - 12) : 0);
    if (u < 22 && q.p > front && q.p < back) return bone(Math.min(q.p - front, back - q.p));
    return -1;
  };

  return (q) => {
    const u = q.lateral;
    const segment = segments[q.disc]!;
    if (q.disc >= FIRST_SACRAL) return sacrum(segment, q, u);
    if (q.p < -6 || u > 44) return -1;
    if (q.p > 24) {
      const inside = u < 8 ? insideSpinous(segment, q, u) : OUTSIDE;
      return inside > 0 ? bone(inside) : interspinous(segment, q, u);
    }
    const arch = insideArch(segment, q, u, q.disc >= anatomy.firstLumbar - 1);
    const inside = u < 8 ? Math.max(arch, insideSpinous(segment, q, u)) : arch;
    if (inside > CORTEX_MM) return TISSUE.posteriorMarrow;
    // Around the foramen bone runs on from pedicle to articular process without a border.
    const around =
      u > segment.pedicleInnerMm + 0.8 &&
      u < 21 &&
      q.p > 0 &&
      q.p < 11 &&
      q.t > PEDICLE_BOTTOM_T - 0.06 &&
      q.t < PEDICLE_TOP_T + 0.06;
    const side = segment.sides[q.u >= 0 ? 0 : 1];
    const joint = u > 5 ? facet(segment, side, q, u) : -1;
    if (joint >= 0) return joint;
    if (around) return TISSUE.posteriorMarrow;
    if (inside > 0) return TISSUE.cortex;
    const front = laminaFront(segment, u);
    if (u < 11.5 && q.p > front - 8 && q.p < front && q.t > 0.12) return TISSUE.ligament;
    if (u < 12 && q.p >= front && q.p < front + 1.6 && q.t >= LAMINA_END_T) return TISSUE.ligament;
    return interspinous(segment, q, u);
  };
}
