import type { Habitus } from '../../anatomy/habitus.ts';
import type { MotionSegment } from '../../anatomy/motion-segment.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { TISSUE } from '../tissue.ts';

const STRAND_RADIUS_MM = 0.86;

/** Whether a point is behind the end of the sac, which tapers over the last vertebra before it ends at S2. */
export function isPastSac({ sacEndAt }: Habitus, segment: MotionSegment, q: SpinePoint): boolean {
  const left = sacEndAt - q.along;
  if (left > 0.9) return false;
  if (left <= 0) return true;
  const taper = Math.sqrt(left / 0.9);
  const x = q.u / (segment.sacHalfWidthMm * taper);
  const y = (q.p - segment.anteriorFatMm - segment.sacHalfDepthMm) / (segment.sacHalfDepthMm * taper);
  return x * x + y * y > 1;
}

function inCord({ conusAt }: Habitus, segment: MotionSegment, q: SpinePoint, along: number): boolean {
  const left = conusAt - along;
  if (left < 0) return false;
  const taper = left > 1.2 ? 1 : 0.25 + (0.75 * left) / 1.2;
  const centre = segment.anteriorFatMm + segment.sacHalfDepthMm * 1.15;
  const x = q.u / (4.6 * taper);
  const y = (q.p - centre) / (3.6 * taper);
  return x * x + y * y < 1;
}

/** Contents of the sac: strands keep their place relative to the walls, so that they crowd where it narrows. */
export function sacContents(habitus: Habitus) {
  const strandTable = Float64Array.from(habitus.strands.flatMap((strand) => [...strand]));
  return (segment: MotionSegment, q: SpinePoint, front: number, back: number): number => {
    const along = q.along;
    if (inCord(habitus, segment, q, along)) return TISSUE.cord;
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
}
