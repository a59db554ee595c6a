import {
  type Anatomy,
  FIRST_LUMBAR_DISC,
  FIRST_SACRAL,
  type MotionSegment,
  type SegmentSide,
} from './anatomy.ts';
import type { SpineTissue } from './body-tissue.ts';
import { PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from './canal-tissue.ts';
import { laminaFront } from './segment-shape.ts';
import type { SpinePoint } from './spine-locator.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

const CORTEX_MM = 1.1;
const LAMINA_MM = 6.5;

/** Bone with a dark rim: `inside` is the distance to the nearest surface, mm. */
function bone(inside: number): number {
  return inside < CORTEX_MM ? TISSUE.cortex : TISSUE.posteriorMarrow;
}

/** Facet joint: superior process of the lower vertebra in front, inferior process of the upper one behind. */
function facet(side: SegmentSide, u: number, p: number, h: number): number {
  const du = u - side.facetOffsetMm;
  const dp = p - 13;
  const radius = side.facetRadiusMm;
  const r = Math.sqrt((du * du + dp * dp) / (radius * radius) + (h * h) / 110);
  if (r > 1) return -1;
  const [sine, cosine] = [Math.sin(side.facetAngleRad), Math.cos(side.facetAngleRad)];
  const along = du * sine + dp * cosine;
  const across = Math.abs(du * cosine - dp * sine + 0.035 * along * along - 0.5);
  if (across < side.jointSpaceMm / 2) return side.jointFluid > 0.55 ? TISSUE.jointFluid : TISSUE.innerAnnulus;
  return bone(Math.min((1 - r) * radius, across - side.jointSpaceMm / 2));
}

/** Bone of the arch: pedicle, transverse process, lamina and pars; −1 elsewhere. */
function arch(segment: MotionSegment, q: SpinePoint, u: number, lumbar: boolean): number {
  const { t, p } = q;
  const inner = segment.pedicleInnerMm;
  const outer = inner + segment.pedicleWidthMm;
  if (t < PEDICLE_BOTTOM_T || t > PEDICLE_TOP_T) {
    if (u > inner && u < outer && p > -5 && p < 12) {
      const edge = t < 0.5 ? PEDICLE_BOTTOM_T - t : t - PEDICLE_TOP_T;
      return bone(Math.min(u - inner, outer - u, edge * segment.lengthMm));
    }
    const reach = t < 0.5 ? t + 0.14 : 1 - t;
    const thick = 5.2 - reach * segment.lengthMm * 0.7;
    if (lumbar && u >= outer - 2 && u < 44 && thick > 0) {
      const inside = Math.min(thick, 4 - Math.abs(p - 9 - 0.12 * (u - outer)));
      if (inside > 0) return bone(Math.min(inside, 44 - u));
    }
  }
  if (u < 15 && (t < 0.4 || t > 0.94)) {
    const front = laminaFront(segment, u);
    if (p > front && p < front + LAMINA_MM)
      return bone(Math.min(p - front, front + LAMINA_MM - p, (0.4 - t) * 30));
  }
  if (u > 10 && u < 20 && t < 0.44 && p > 9.5 && p < 18) {
    return bone(Math.min(u - 10, 20 - u, p - 9.5, 18 - p));
  }
  return -1;
}

/** Spinous process, interspinous and supraspinous ligaments in the midline; −1 elsewhere. */
function spinous(segment: MotionSegment, q: SpinePoint, u: number, x: number, y: number, z: number): number {
  const root = segment.canalDepthMm + 3;
  const tip = root + segment.spinousLengthMm;
  if (q.p < root || q.p > tip + 2.5 || u > 5.5) return -1;
  const share = (q.p - root) / segment.spinousLengthMm;
  const width = 2.6 + 1.6 * share * share;
  if (q.p < tip && u < width) {
    const height =
      7.5 + 2.5 * Math.sin(Math.PI * Math.min(1, share)) - (share > 0.85 ? 30 * (share - 0.85) : 0);
    const inside = height - Math.abs((q.t - 0.24 - 0.07 * share) * segment.lengthMm);
    if (inside > 0) return bone(Math.min(inside, tip - q.p, width - u + 0.4));
  }
  if (u > 2.8) return -1;
  if (q.p > tip - 1) return TISSUE.ligament;
  return smoothNoiseAt(x * 0.7, y * 0.5, z * 0.5) > 0.1 ? TISSUE.intramuscularFat : TISSUE.ligament;
}

/** Arches, facets and processes of the lumbar and thoracic spine, the back of the sacrum; −1 elsewhere. */
export function posteriorTissue(anatomy: Anatomy): SpineTissue {
  const { segments } = anatomy;

  const sacrum = (segment: MotionSegment, q: SpinePoint, u: number): number => {
    const front = laminaFront(segment, u);
    const crest = u < 4 ? segment.spinousLengthMm * 0.6 * (1 - u / 4) : 0;
    const back = front + 5 + crest + (u > 12 ? 0.25 * (u - 12) : 0);
    if (u < 22 && q.p > front && q.p < back) return bone(Math.min(q.p - front, back - q.p));
    return -1;
  };

  return (q, x, y, z) => {
    const u = q.u < 0 ? -q.u : q.u;
    const segment = segments[q.disc]!;
    if (q.disc >= FIRST_SACRAL) return sacrum(segment, q, u);
    if (q.p > 70 || q.p < -6) return -1;
    const inArch = arch(segment, q, u, q.disc >= FIRST_LUMBAR_DISC - 1);
    if (inArch >= 0) return inArch;
    if (u > 5) {
      const side = segment.sides[q.u >= 0 ? 0 : 1];
      const joint = facet(side, u, q.p, q.h - 1);
      if (joint >= 0) return joint;
    }
    const front = laminaFront(segment, u);
    if (u < 14 && q.p > front - 8 && q.p < front && q.t > 0.2) return TISSUE.ligament;
    if (u < 12 && q.p >= front && q.p < front + 2 && q.t >= 0.4) return TISSUE.ligament;
    return spinous(segment, q, u, x, y, z);
  };
}
