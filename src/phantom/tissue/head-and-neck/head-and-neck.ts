import type { Anatomy } from '../../anatomy/anatomy.ts';
import { seededRandom } from '../../random.ts';
import { smoothNoiseAt, TEXTURE_OFFSET_MM } from '../texture.ts';
import { TISSUE } from '../tissue.ts';
import type { TissueSampler } from '../tissue-sampler.ts';
import { drawHeadAndNeck, OUTSIDE } from './head-and-neck-sizes.ts';
import { headTissue } from './head-tissue.ts';
import { neckColumn } from './neck-column.ts';
import { neckTissue } from './neck-tissue.ts';

/** What is imaged in place of the lumbar spine, by the same protocols. */
export const OTHER_BODY_PARTS = ['cervical-spine', 'head'] as const;
export type OtherBodyPart = (typeof OTHER_BODY_PARTS)[number];

/** Height of the middle of the head above the middle of the neck, mm. */
const HEAD_Z_MM = 125;

/**
 * Head and neck where the lumbar spine would lie, so that protocols planned on it image them: plainly another part of
 * the body, for showing that such a study is not graded. Nothing of the anatomy but its place is used.
 */
export function headAndNeckSampler(anatomy: Anatomy, part: OtherBodyPart): TissueSampler {
  const of = drawHeadAndNeck(seededRandom(anatomy.seed, part));
  const [x0, y0, z0] = anatomy.vertebrae[7]!.centreMm;
  const lift = part === 'head' ? HEAD_Z_MM : 0;
  const at = (p: ArrayLike<number>): number => {
    const [px, py, pz] = [p[0]!, p[1]!, p[2]!];
    const x = px - x0;
    const y = py - y0;
    const z = pz - z0 + 12 + lift;
    const texturePoint = Float64Array.of(
      px + TEXTURE_OFFSET_MM,
      py + TEXTURE_OFFSET_MM,
      pz + TEXTURE_OFFSET_MM,
    );
    if (z > 40) {
      const inHead = headTissue(x, y + 12, z - HEAD_Z_MM, smoothNoiseAt(texturePoint, 0.3, 0.3, 0.3));
      if (inHead !== OUTSIDE) return inHead;
    }
    if (z > 95) return TISSUE.air;
    const v = y - of.lordosisMm * Math.cos(z / 45);
    const bone = z < 70 ? neckColumn(of, x, v, z) : OUTSIDE;
    return bone === OUTSIDE ? neckTissue(of, x, y, z, smoothNoiseAt(texturePoint, 0.2, 0.2, 0.05)) : bone;
  };
  return { at, fatShare: () => 0.05, backSkin: () => y0 + 50 };
}
