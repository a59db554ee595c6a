import { type Anatomy, FIRST_SACRAL, type MotionSegment, type SegmentSide } from '../anatomy/anatomy.ts';
import {
  backWall,
  bodyMargin,
  exitingRootH,
  exitingRootP,
  foramenEdge,
  frontWall,
  inSac,
  PEDICLE_BOTTOM_T,
  PEDICLE_TOP_T,
} from '../anatomy/segment-shape.ts';
import type { SpinePoint } from '../anatomy/spine-locator.ts';
import type { SpineTissue } from './body-tissue.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

const STRAND_RADIUS_MM = 0.86;
const TRAVERSING_RADIUS_MM = 1.7;

/** Dural sac, roots, epidural and foraminal fat, flavum; −1 outside canal and foramina. */
export function canalTissue(anatomy: Anatomy): SpineTissue {
  const { segments, habitus } = anatomy;
  const strands = habitus.strands;
  const strandTable = Float64Array.from(strands.flatMap((strand) => [...strand]));

  const inCord = (segment: MotionSegment, q: SpinePoint, along: number): boolean => {
    const left = habitus.conusAt - along;
    if (left < 0) return false;
    const taper = left > 1.2 ? 1 : 0.25 + (0.75 * left) / 1.2;
    const centre = segment.anteriorFatMm + segment.sacHalfDepthMm * 1.15;
    const x = q.u / (4.6 * taper);
    const y = (q.p - centre) / (3.6 * taper);
    return x * x + y * y < 1;
  };

  /** The sac tapers over the last vertebra before its end at S2. */
  const isPastSac = (segment: MotionSegment, q: SpinePoint): boolean => {
    const left = habitus.sacEndAt - q.along;
    if (left > 0.9) return false;
    if (left <= 0) return true;
    const taper = Math.sqrt(left / 0.9);
    const x = q.u / (segment.sacHalfWidthMm * taper);
    const y = (q.p - segment.anteriorFatMm - segment.sacHalfDepthMm) / (segment.sacHalfDepthMm * taper);
    return x * x + y * y > 1;
  };

  /** Contents of the sac: strands keep their place relative to the walls, so that they crowd where it narrows. */
  const sacContents = (segment: MotionSegment, q: SpinePoint, front: number, back: number): number => {
    const along = q.along;
    if (inCord(segment, q, along)) return TISSUE.cord;
    const centre = segment.anteriorFatMm + 0.6 + segment.sacHalfDepthMm;
    const low = Math.max(front + 0.6, centre - segment.sacHalfDepthMm);
    const high = Math.min(back - 0.6, centre + segment.sacHalfDepthMm);
    const width =
      segment.sacHalfWidthMm * (1 - segment.sacSqueeze * (Math.abs(q.h) < 6 ? 1 : 0.4)) - STRAND_RADIUS_MM;
    const room = Math.max(0.5, high - low - 2 * STRAND_RADIUS_MM);
    const farthest = STRAND_RADIUS_MM + 0.07 * width;
    for (let i = 0; i < strandTable.length; i += 4) {
      const leaves = strandTable[i + 2]!;
      if (along > leaves) continue;
      const nearing = leaves - along < 1.3 ? 1 - (leaves - along) / 1.3 : 0;
      const side = strandTable[i]!;
      const spread = along - habitus.conusAt < 1 ? 0.45 + 0.55 * Math.max(0, along - habitus.conusAt) : 1;
      const straight = q.u - width * (side + ((side < 0 ? -0.95 : 0.95) - side) * nearing) * spread;
      if (straight > farthest || straight < -farthest) continue;
      const wobble = 0.07 * Math.sin(2.1 * along + strandTable[i + 3]!);
      const du = straight - width * wobble;
      if (du > STRAND_RADIUS_MM || du < -STRAND_RADIUS_MM) continue;
      const dp = q.p - low - STRAND_RADIUS_MM - room * (strandTable[i + 1]! * (1 - 0.35 * nearing) + wobble);
      if (du * du + dp * dp < STRAND_RADIUS_MM * STRAND_RADIUS_MM) return TISSUE.root;
    }
    return TISSUE.csf;
  };

  /** The root on its way from the sac through the lateral recess and under the pedicle. */
  const isTraversingRoot = (
    segment: MotionSegment,
    q: SpinePoint,
    u: number,
    front: number,
    back: number,
  ): boolean => {
    const inner = segment.pedicleInnerMm;
    let centreU: number;
    let centreP: number;
    if (q.t > 0.3) {
      centreU = 7.2 + ((inner - 9.2) * (q.t - 0.3)) / 0.7;
      centreP = 3.2;
    } else if (q.t < 0.18) {
      centreU = inner - 2 + (14 - inner) * (q.t / 0.18);
      centreP = 3.2 + 10 * q.t;
    } else return false;
    const middle = (front + back) / 2;
    if (centreP > middle || centreP < front + 1.6)
      centreP = middle < front + 1.6 ? middle : Math.min(middle, front + 2.2);
    const du = u - centreU;
    const dp = q.p - centreP;
    return du * du + dp * dp < TRAVERSING_RADIUS_MM * TRAVERSING_RADIUS_MM;
  };

  const inForaminalZone = (
    segment: MotionSegment,
    side: SegmentSide,
    q: SpinePoint,
    u: number,
    front: number,
  ): number => {
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
  };

  return (q) => {
    const u = q.lateral;
    if (u > 28 || q.p < -8 || q.p > 22) return -1;
    const segment = segments[q.disc]!;
    const side = segment.sides[q.u >= 0 ? 0 : 1];
    const front = frontWall(segment, side, bodyMargin(u, q.halfWidth, q.halfDepth), u, q.h);
    const pedicleHeight = q.t < PEDICLE_BOTTOM_T || q.t > PEDICLE_TOP_T;
    const sacral = q.disc >= FIRST_SACRAL;
    const inner = sacral ? Math.max(6, 13 - 2 * (q.disc - FIRST_SACRAL)) : segment.pedicleInnerMm;
    // Under the pedicles the canal has round corners.
    const corner = pedicleHeight && q.p < front + 5 && q.p > front ? 1 - (q.p - front) / 5 : 0;
    const into = u - inner + 5 * (1 - Math.sqrt(1 - corner * corner));
    if (u <= inner && into > 0 && !sacral) return into < 0.7 ? TISSUE.cortex : TISSUE.posteriorMarrow;
    if (u > inner) {
      if (pedicleHeight || sacral) return -1;
      if (u > 11.5) return inForaminalZone(segment, side, q, u, front);
    }
    if (q.p < front) {
      if (q.p < -4) return -1;
      return Math.abs(q.h) < 0.35 * segment.discHeightMm + segment.protrusionReachMm
        ? TISSUE.annulus
        : TISSUE.epiduralFat;
    }
    const back = backWall(segment, side, u, q.t, q.h);
    if (q.p > back) return -1;
    if (inSac(segment, q.u, q.p, q.h, front, back) && !isPastSac(segment, q)) {
      return sacContents(segment, q, front, back);
    }
    if (isTraversingRoot(segment, q, u, front, back)) return TISSUE.root;
    if (q.p < front + 0.5 || back - q.p < 0.3) return TISSUE.ligament;
    return smoothNoiseAt(q.texturePoint, 0.6, 0.6, 0.3) > 1.7 ? TISSUE.vein : TISSUE.epiduralFat;
  };
}
