import {
  type Anatomy,
  FIRST_LUMBAR_DISC,
  FIRST_SACRAL,
  type MotionSegment,
  type SegmentSide,
} from './anatomy.ts';
import type { SpineTissue } from './body-tissue.ts';
import { laminaFront, PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from './segment-shape.ts';
import type { SpinePoint } from './spine-locator.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

const CORTEX_MM = 1;
const LAMINA_MM = 6;
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

/** Facet joint: superior process of the lower vertebra in front, inferior process of the upper one behind. */
function facet(side: SegmentSide, u: number, p: number, h: number): number {
  const du = u - side.facetOffsetMm;
  const dp = p - 13.5;
  const radius = side.facetRadiusMm;
  if (du > radius || du < -radius || dp > radius || dp < -radius) return -1;
  const r = Math.sqrt((du * du + dp * dp) / (radius * radius) + (h * h) / 110);
  if (r > 1) return -1;
  const sine = Math.sin(side.facetAngleRad);
  const cosine = Math.cos(side.facetAngleRad);
  const along = du * sine + dp * cosine;
  const across = Math.abs(du * cosine - dp * sine + 0.035 * along * along - 0.5) - side.jointSpaceMm / 2;
  if (across < 0) return side.jointFluid > 0.55 ? TISSUE.jointFluid : TISSUE.innerAnnulus;
  return Math.min((1 - r) * radius, across * 1.6) < CORTEX_MM ? TISSUE.cortex : TISSUE.posteriorMarrow;
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
      inside = Math.max(inside, Math.min(roundedBox(slope, level - 2, 4.2, 5.5, 3.5), 42 - u));
  }
  if (u < 15 && (t < 0.42 || t > 0.93)) {
    const front = laminaFront(segment, u);
    const low = (0.42 - t) * segment.lengthMm;
    const band = LAMINA_MM / 2 - Math.abs(p - front - LAMINA_MM / 2);
    inside = Math.max(inside, t < 0.5 ? Math.min(band, low) : Math.min(band, (t - 0.93) * segment.lengthMm));
  }
  if (t < 0.46 || t > 0.8) {
    const reach = t < 0.5 ? (0.46 - t) * segment.lengthMm : 6;
    inside = Math.max(inside, Math.min(roundedBox(u - middle + 1, p - 13.8, 5.2, 4.2, 2.5), reach));
  }
  return inside;
}

/** Distance inside the spinous process, mm; negative outside. */
function insideSpinous(segment: MotionSegment, q: SpinePoint, u: number): number {
  const root = segment.canalDepthMm + 1.5;
  const share = (q.p - root) / segment.spinousLengthMm;
  if (share < 0 || share > 1) return OUTSIDE;
  const width = 2.8 + 1.8 * share * share;
  const level = (q.t > 0.85 ? q.t - 1 : q.t) - 0.22 - 0.1 * share;
  const end = (1 - share) * segment.spinousLengthMm;
  return Math.min(
    roundedBox(level * segment.lengthMm, 4 - Math.min(4, end), 7.2 + 2.6 * share, 4, 4),
    width - u + 0.4,
  );
}

/** Interspinous and supraspinous ligaments in the midline; −1 elsewhere. */
function interspinous(segment: MotionSegment, q: SpinePoint, u: number): number {
  const root = segment.canalDepthMm + 1.5;
  const tip = root + segment.spinousLengthMm;
  if (q.p < root || q.p > tip + 2 || u > 2.4) return -1;
  if (q.p > tip - 1) return TISSUE.ligament;
  return smoothNoiseAt(q.noiseX * 0.4, q.noiseY * 0.3, q.noiseZ * 0.3) > -0.7
    ? TISSUE.interspinous
    : TISSUE.muscle;
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
      const inside = u < 6 ? insideSpinous(segment, q, u) : OUTSIDE;
      return inside > 0 ? bone(inside) : interspinous(segment, q, u);
    }
    const arch = insideArch(segment, q, u, q.disc >= FIRST_LUMBAR_DISC - 1);
    const inside = u < 6 ? Math.max(arch, insideSpinous(segment, q, u)) : arch;
    if (inside > CORTEX_MM) return TISSUE.posteriorMarrow;
    const side = segment.sides[q.u >= 0 ? 0 : 1];
    const joint = u > 5 ? facet(side, u, q.p, q.h - 1) : -1;
    if (joint >= 0) return joint;
    if (inside > 0) return TISSUE.cortex;
    const front = laminaFront(segment, u);
    if (u < 11.5 && q.p > front - 8 && q.p < front && q.t > 0.12) return TISSUE.ligament;
    if (u < 12 && q.p >= front && q.p < front + 1.6 && q.t >= 0.4) return TISSUE.ligament;
    if (u > 11 && u < 22 && q.p > 1 && q.p < 12 && q.t > PEDICLE_BOTTOM_T && q.t < PEDICLE_TOP_T)
      return TISSUE.posteriorMarrow;
    return interspinous(segment, q, u);
  };
}
