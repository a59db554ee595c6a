import { type Anatomy, FIRST_SACRAL } from '../anatomy/anatomy.ts';
import { PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from '../anatomy/segment-shape.ts';
import type { SpinePoint } from '../anatomy/spine-locator.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

const MODIC_MARROW = [
  TISSUE.marrow,
  TISSUE.oedematousMarrow,
  TISSUE.fattyMarrow,
  TISSUE.scleroticMarrow,
] as const;

/** Tissue of vertebral bodies and discs at a located point, −1 where there is neither. */
export type SpineTissue = (q: SpinePoint) => number;

export function bodyTissue(anatomy: Anatomy): SpineTissue {
  const { vertebrae, segments } = anatomy;

  const inBody = (q: SpinePoint, upper: boolean, toMiddle: number, edge: number, r: number): number => {
    const vertebra = vertebrae[q.disc + (upper ? 0 : 1)]!;
    const segment = segments[q.disc]!;
    const m = toMiddle / vertebra.halfHeightMm;
    const flare =
      m > 0.7 && q.v < 0
        ? ((m - 0.7) / 0.3) ** 2 *
          (segment.anteriorOsteophyteMm / q.halfDepth) *
          Math.min(1, (-2.5 * q.v) / q.halfDepth)
        : 0;
    const scale = 1 - vertebra.waist * (1 - m * m) + flare;
    const limit = q.v < 0 ? scale * scale : 1 - 0.12 * (1 - m * m);
    if (r > limit) return -1;
    const rim = (q.v < 0 ? 1.5 : 2.6) / q.halfDepth;
    const u = q.u < 0 ? -q.u : q.u;
    const atPedicle =
      q.v > 0 &&
      u > segment.pedicleInnerMm + 1 &&
      (q.v > 0.3 * q.halfDepth || q.t < PEDICLE_BOTTOM_T - 0.03 || q.t > PEDICLE_TOP_T + 0.03);
    if (r > limit - rim && !atPedicle) return TISSUE.cortex;
    const depth = edge - toMiddle;
    const lumbar = q.disc + (upper ? 0 : 1) < FIRST_SACRAL;
    if (depth < (lumbar ? 0.95 : 0.6)) return TISSUE.cortex;
    if (lumbar && q.v > -0.15 * q.halfDepth && Math.abs(q.u) < 2.6) {
      if (toMiddle < (1.9 * (q.v - 0.25 * q.halfDepth)) / q.halfDepth) return TISSUE.vein;
    }
    const modic = segment.modicDepthMm;
    if (modic > 0 && depth < modic * (0.8 + 0.4 * smoothNoiseAt(q.texturePoint, 0.15, 0.15, 0.15)))
      return MODIC_MARROW[segment.modicType]!;
    if (vertebra.haemangioma !== null) {
      const place = vertebra.haemangioma;
      const du = q.u - place[0];
      const dv = q.v - place[1];
      const below = (upper ? toMiddle : -toMiddle) - place[2];
      if (du * du + dv * dv + below * below < place[3] * place[3]) return TISSUE.fattyMarrow;
    }
    return TISSUE.marrow;
  };

  const inDisc = (q: SpinePoint, r: number, gap: number, fromMiddle: number): number => {
    const segment = segments[q.disc]!;
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
  };

  return (q) => {
    const s = q.u / q.halfWidth;
    const w = q.v / q.halfDepth;
    if (q.p > 0.3 || s > 1.25 || s < -1.25 || w < -1.5) return -1;
    const above = vertebrae[q.disc]!;
    const below = vertebrae[q.disc + 1]!;
    const square = s * s + w * w;
    const hollow = square < 1 ? 1 - square : 0;
    let edgeAbove = above.halfHeightMm - above.wedgeSlope * q.v - above.endplateConcavityMm * hollow;
    let edgeBelow = below.halfHeightMm - below.wedgeSlope * q.v - below.endplateConcavityMm * hollow;
    const node = segments[q.disc]!.schmorlNode;
    if (node !== null) {
      const dent = node.depthMm * (1 - ((q.u - node.u) ** 2 + (q.v - node.v) ** 2) / node.radiusMm ** 2);
      if (dent > 0 && node.inUpper) edgeAbove -= dent;
      else if (dent > 0) edgeBelow -= dent;
    }
    const r = w < 0 ? square : s * s * s * s + w * w * w * w;
    if (q.below < edgeAbove) return inBody(q, true, q.below, edgeAbove, r);
    if (q.above < edgeBelow) return inBody(q, false, q.above, edgeBelow, r);
    const gap = q.below + q.above - edgeAbove - edgeBelow;
    return inDisc(q, r, gap, q.below - edgeAbove - gap / 2);
  };
}
