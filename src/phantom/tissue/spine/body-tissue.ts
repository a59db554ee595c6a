import type { Anatomy } from '../../anatomy/anatomy.ts';
import { discTissue } from './disc-tissue.ts';
import type { SpineTissue } from './spine-tissue.ts';
import { vertebralTissue } from './vertebral-tissue.ts';

/** Vertebral bodies and discs with the endplates between them; −1 beside them. */
export function bodyTissue(anatomy: Anatomy): SpineTissue {
  const { vertebrae, segments } = anatomy;

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
    if (q.below < edgeAbove) return vertebralTissue(anatomy, q, true, q.below, edgeAbove, r);
    if (q.above < edgeBelow) return vertebralTissue(anatomy, q, false, q.above, edgeBelow, r);
    const gap = q.below + q.above - edgeAbove - edgeBelow;
    return discTissue(segments[q.disc]!, q, r, gap, q.below - edgeAbove - gap / 2);
  };
}
