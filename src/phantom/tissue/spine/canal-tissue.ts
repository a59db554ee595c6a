import type { Anatomy } from '../../anatomy/anatomy.ts';
import { FIRST_SACRAL } from '../../anatomy/vertebra.ts';
import { bodyMargin } from '../../shape/body-margin.ts';
import { backWall, frontWall, inSac } from '../../shape/canal-walls.ts';
import { PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from '../../shape/canal-windows.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';
import { foraminalTissue } from './foraminal-tissue.ts';
import { isPastSac, sacContents } from './sac-contents.ts';
import type { SpineTissue } from './spine-tissue.ts';
import { isTraversingRoot } from './traversing-root.ts';

/** Dural sac, roots, epidural and foraminal fat, flavum; −1 outside canal and foramina. */
export function canalTissue(anatomy: Anatomy): SpineTissue {
  const { segments, habitus } = anatomy;
  const inTheSac = sacContents(habitus);

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
      if (u > 11.5) return foraminalTissue(segment, side, q, u, front);
    }
    if (q.p < front) {
      if (q.p < -4) return -1;
      return Math.abs(q.h) < 0.35 * segment.discHeightMm + segment.protrusionReachMm
        ? TISSUE.annulus
        : TISSUE.epiduralFat;
    }
    const back = backWall(segment, side, u, q.t, q.h);
    if (q.p > back) return -1;
    if (inSac(segment, q.u, q.p, q.h, front, back) && !isPastSac(habitus, segment, q)) {
      q.inSac = true;
      return inTheSac(segment, q, front, back);
    }
    if (isTraversingRoot(segment, q, u, front, back)) return TISSUE.root;
    if (q.p < front + 0.5 || back - q.p < 0.3) return TISSUE.ligament;
    return smoothNoiseAt(q.texturePoint, 0.6, 0.6, 0.3) > 1.7 ? TISSUE.vein : TISSUE.epiduralFat;
  };
}
