import type { Anatomy } from '../anatomy/anatomy.ts';
import { backProfile } from '../anatomy/back-profile.ts';
import { type SpinePoint, spineLocator } from '../anatomy/spine-locator.ts';
import { bodyTissue } from './body-tissue.ts';
import { canalTissue } from './canal-tissue.ts';
import { posteriorTissue } from './posterior-tissue.ts';
import { surroundingTissue } from './surrounding-tissue.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

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

const WARP_PER_MM = 0.11;
/** Cells of a second noise, independent of the first. */
const elsewhere = new Float64Array(3);

/**
 * Bends the geometry a little, as nothing in a body is straight: by about 0.2 mm where grades are measured, growing to
 * 1 mm in the arches and farther out in front of the spine and in the muscles.
 */
function warp(q: SpinePoint): void {
  const beside = (q.lateral - 21) * 0.12;
  const behind = (q.p - 12.5) * 0.14;
  const ahead = (-6 - q.p) * 0.07;
  const away = Math.max(0, beside, behind, ahead);
  const amount = 0.2 + 0.9 * (away > 1.6 ? 1.6 : away);
  const [x, y, z] = [q.texturePoint[0]!, q.texturePoint[1]!, q.texturePoint[2]!];
  elsewhere[0] = y * WARP_PER_MM + 17.5;
  elsewhere[1] = z * WARP_PER_MM + 31.5;
  elsewhere[2] = x * WARP_PER_MM + 5.5;
  const across = amount * smoothNoiseAt(q.texturePoint, WARP_PER_MM, WARP_PER_MM, WARP_PER_MM);
  const along = amount * smoothNoiseAt(elsewhere, 1, 1, 1);
  q.u += across;
  q.lateral = q.u < 0 ? -q.u : q.u;
  q.v += along;
  q.p += along;
  const down = 0.45 * (across - along);
  q.h += down;
  q.below += down;
  q.above -= down;
}

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
