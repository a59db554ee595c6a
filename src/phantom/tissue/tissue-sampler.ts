import type { Anatomy } from '../anatomy/anatomy.ts';
import { backProfile } from '../shape/back-profile.ts';
import { spineLocator } from '../shape/spine-locator.ts';
import { surroundingTissue } from './around/surrounding-tissue.ts';
import { bodyTissue } from './spine/body-tissue.ts';
import { canalTissue } from './spine/canal-tissue.ts';
import { posteriorTissue } from './spine/posterior-tissue.ts';
import { TISSUE } from './tissue.ts';
import { warp } from './warp-point.ts';

/** What a phantom is made of, point by point. */
export interface TissueSampler {
  /** Tissue code (TISSUE) at a patient point (x, y, z; mm). */
  at(p: ArrayLike<number>): number;
  /** Share of fat (0 … 1) at the point sampled last, if that was muscle. */
  fatShare(): number;
  /** y of the skin of the back at (x, z), mm; −1e6 beside the trunk. */
  backSkin(x: number, z: number): number;
}

/** Keeps texture coordinates positive; a multiple of the noise's period at every scale used. */
export const TEXTURE_OFFSET_MM = 6400;

const SKIN_MM = 1.8;

/** Prepares an anatomy for sampling; the sampler allocates nothing per point. */
export function tissueSampler(anatomy: Anatomy): TissueSampler {
  const { point, locate } = spineLocator(anatomy.vertebrae);
  const inBody = bodyTissue(anatomy);
  const inCanal = canalTissue(anatomy);
  const inPosterior = posteriorTissue(anatomy);
  const around = surroundingTissue(anatomy);
  const back = backProfile(anatomy);
  const ox = anatomy.habitus.textureOrigin[0] + TEXTURE_OFFSET_MM;
  const oy = anatomy.habitus.textureOrigin[1] + TEXTURE_OFFSET_MM;
  const oz = anatomy.habitus.textureOrigin[2] + TEXTURE_OFFSET_MM;
  const frontFatMm = anatomy.habitus.backFatMm + 8;

  const at = (p: ArrayLike<number>): number => {
    const x = p[0]!;
    const y = p[1]!;
    const z = p[2]!;
    const depth = back.skinY(x, z) - y;
    if (depth < SKIN_MM) return depth < 0 ? TISSUE.air : TISSUE.skin;
    const trunk = back.trunkDepthMm;
    if (depth > trunk) return TISSUE.air;
    if (depth > trunk - frontFatMm) return TISSUE.subcutaneousFat;
    locate(p);
    point.texturePoint[0] = x + ox;
    point.texturePoint[1] = y + oy;
    point.texturePoint[2] = z + oz;
    warp(point);
    if (point.lateral < 50 && point.p < 75 && point.v > -40) {
      let code = inBody(point);
      if (code >= 0) return code;
      code = inCanal(point);
      if (code >= 0) return code;
      code = inPosterior(point);
      if (code >= 0) return code;
    }
    return around(point);
  };
  return { at, fatShare: () => point.fatShare, backSkin: back.skinY };
}
