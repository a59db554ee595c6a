import type { Anatomy } from '../anatomy/anatomy.ts';
import { backProfile } from '../shape/back-profile.ts';
import { surroundingTissue } from './around/surrounding-tissue.ts';
import { spineSampler } from './spine/spine-sampler.ts';
import { TISSUE } from './tissue.ts';

/** What a phantom is made of, point by point. */
export interface TissueSampler {
  /** Tissue code (TISSUE) at a patient point (x, y, z; mm). */
  at(p: ArrayLike<number>): number;
  /** Share of fat (0 … 1) at the point sampled last, if that was muscle. */
  fatShare(): number;
  /** y of the skin of the back at (x, z), mm; −1e6 beside the trunk. */
  backSkin(x: number, z: number): number;
}

const SKIN_MM = 1.8;

/** Prepares an anatomy for sampling; the sampler allocates nothing per point. */
export function tissueSampler(anatomy: Anatomy): TissueSampler {
  const { point, tissueAt } = spineSampler(anatomy);
  const around = surroundingTissue(anatomy);
  const back = backProfile(anatomy);
  const frontFatMm = anatomy.habitus.backFatMm + 8;

  const at = (p: ArrayLike<number>): number => {
    const depth = back.skinY(p[0]!, p[2]!) - p[1]!;
    if (depth < SKIN_MM) return depth < 0 ? TISSUE.air : TISSUE.skin;
    const trunk = back.trunkDepthMm;
    if (depth > trunk) return TISSUE.air;
    if (depth > trunk - frontFatMm) return TISSUE.subcutaneousFat;
    const code = tissueAt(p);
    return code >= 0 ? code : around(point);
  };
  return { at, fatShare: () => point.fatShare, backSkin: back.skinY };
}
