import type { Anatomy } from '../../anatomy/anatomy.ts';
import { FIRST_SACRAL } from '../../anatomy/vertebra.ts';
import type { SpineTissue } from '../spine/spine-tissue.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';

/** Depth of the back muscles as a share of their depth at L3, by disc index from T8/T9. */
const BACK_PROFILE = [0.75, 0.78, 0.82, 0.86, 0.92, 0.97, 1, 1, 0.95, 0.82, 0.62, 0.42, 0.22, 0.1, 0.05];

/** Linear between the entries of a table by disc index. */
export function profile(table: readonly number[], along: number): number {
  const i = along | 0;
  const at = table[i] ?? 0;
  return at + ((table[i + 1] ?? at) - at) * (along - i);
}

/** Erector spinae and multifidus with their fascia; sets q.fatShare; −1 elsewhere. */
export function backMuscle({ habitus }: Anatomy): SpineTissue {
  const infiltration = habitus.fattyInfiltration;
  return (q) => {
    const u = q.lateral;
    const along = q.along;
    const width = habitus.muscleHalfWidthMm * (along > FIRST_SACRAL ? 0.8 : 1);
    if (q.p < 3 || u > width) return -1;
    const s = (u - 0.42 * width) / (0.58 * width);
    const bulge = s > 0 ? Math.sqrt(1 - s * s) : 1 - 0.2 * s * s;
    const back = 8 + profile(BACK_PROFILE, along) * (habitus.muscleDepthMm + 4) * bulge;
    const front = u > 22 ? 6 + 0.007 * (u - 22) * (u - 22) : 4;
    if (q.p < front || q.p > back + 1.3) return -1;
    if (q.p > back) return TISSUE.fascia;
    // Fat gathers in the groove beside the spinous processes and on the laminae.
    const groove = u < 12 ? (0.5 + infiltration) * Math.max(0, 1 - (q.p - front) / 14) * (1 - u / 16) : 0;
    const medial = (u < 26 ? 0.1 + 0.5 * infiltration : 0.02 + 0.35 * infiltration) + groove;
    const low = along > 8 ? 0.1 * (along - 8) * (0.4 + infiltration) : 0;
    // Fat plane between multifidus and longissimus.
    const plane = u - 26 - 0.25 * (q.p - 20) - 5 * smoothNoiseAt(q.texturePoint, 0.08, 0.08, 0.03);
    // And between longissimus and iliocostalis.
    const second = plane - 0.34 * width + 8;
    const near = Math.min(plane < 0 ? -plane : plane, second < 0 ? -second : second);
    const cleft = 1 - near / (1 + 2.2 * infiltration);
    q.fatShare = Math.min(0.9, medial + low + (cleft > 0 ? 0.6 * cleft : 0));
    return TISSUE.muscle;
  };
}
