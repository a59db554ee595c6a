import type { MotionSegment } from '../anatomy/motion-segment.ts';
import type { Vertebra } from '../anatomy/vertebra.ts';
import { discMargin } from '../shape/body-margin.ts';
import { backWall, frontWall, inSac, RECESS_OFFSET_MM } from '../shape/canal-walls.ts';
import { exitingRootH, exitingRootP, FORAMEN_OFFSET_MM, foramenEdge } from '../shape/foramen-shape.ts';

const CANAL_STEP_MM = 0.5;
const FORAMEN_STEP_MM = 0.35;
const PERINEURAL_MM = 1.5;

/** Cross-sectional area of the dural sac in the plane of the disc, mm². */
export function sacAreaMm2(segment: MotionSegment, above: Vertebra, below: Vertebra): number {
  let inside = 0;
  for (let u = -14; u <= 14; u += CANAL_STEP_MM) {
    const side = segment.sides[u >= 0 ? 0 : 1];
    const lateral = Math.abs(u);
    const front = frontWall(segment, side, discMargin(above, below, lateral), lateral, 0);
    const back = backWall(segment, side, lateral, 0.5, 0);
    for (let p = -2; p <= 22; p += CANAL_STEP_MM) if (inSac(segment, u, p, 0, front, back)) inside++;
  }
  return inside * CANAL_STEP_MM * CANAL_STEP_MM;
}

/** Depth of the lateral recess in the plane of the disc, mm; 0 when closed. `side` 0 = left, 1 = right. */
export function recessDepthMm(segment: MotionSegment, above: Vertebra, below: Vertebra, side: 0 | 1): number {
  const u = RECESS_OFFSET_MM;
  const half = segment.sides[side];
  const front = frontWall(segment, half, discMargin(above, below, u), u, 0);
  return Math.max(0, backWall(segment, half, u, 0.5, 0) - front);
}

/**
 * Room for the exiting root in the sagittal plane through the foramen: share of the perineural ring that is fat plus
 * share of the root's round section that is left; 2 = free, 0 = closed.
 */
export function foraminalRoom(segment: MotionSegment, above: Vertebra, below: Vertebra, side: 0 | 1): number {
  const u = FORAMEN_OFFSET_MM;
  const half = segment.sides[side];
  const base = discMargin(above, below, u);
  const [h0, p0] = [exitingRootH(segment, u), exitingRootP(u)];
  const outer = half.rootRadiusMm + PERINEURAL_MM;
  const counts = { ring: 0, ringOpen: 0, root: 0, rootOpen: 0 };
  for (let dh = -outer; dh <= outer; dh += FORAMEN_STEP_MM) {
    const front = frontWall(segment, half, base, u, h0 + dh);
    for (let dp = -outer; dp <= outer; dp += FORAMEN_STEP_MM) {
      const distance = Math.hypot(dh, dp);
      if (distance > outer) continue;
      const open = p0 + dp > front && foramenEdge(segment, half, u, p0 + dp, h0 + dh) < 0 ? 1 : 0;
      if (distance < half.rootRadiusMm) {
        counts.root++;
        counts.rootOpen += open;
      } else {
        counts.ring++;
        counts.ringOpen += open;
      }
    }
  }
  return counts.ringOpen / counts.ring + counts.rootOpen / counts.root;
}
