import type { Anatomy } from '../anatomy/anatomy.ts';
import { type Random, seededRandom } from '../random.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';
import { TEXTURE_OFFSET_MM, type TissueSampler } from './tissue-sampler.ts';

/** What is imaged in place of the lumbar spine, by the same protocols. */
export const OTHER_BODY_PARTS = ['cervical-spine', 'head'] as const;
export type OtherBodyPart = (typeof OTHER_BODY_PARTS)[number];

/** Height of the middle of the head above the middle of the neck, mm. */
const HEAD_Z_MM = 125;
const SKIN_MM = 2;
const OUTSIDE = -1;

/** Sizes of one patient's head and neck, mm. */
interface HeadAndNeck {
  readonly size: number;
  readonly fatMm: number;
  readonly lordosisMm: number;
  readonly levelMm: number;
  readonly cordMm: number;
}

function drawHeadAndNeck(random: Random): HeadAndNeck {
  return {
    size: random.normal(1, 0.05),
    fatMm: random.uniform(3, 12),
    lordosisMm: random.normal(6, 4),
    levelMm: random.uniform(18, 21),
    cordMm: random.uniform(5.4, 6.6),
  };
}

/** Scalp, skull, liquor and brain with its ventricles at a point relative to the middle of the head; OUTSIDE elsewhere. */
function head(x: number, y: number, z: number, fold: number): number {
  const r = Math.sqrt((x / 74) ** 2 + (y / 92) ** 2 + (z / 78) ** 2);
  if (r > 1) return OUTSIDE;
  if (r > 0.975) return TISSUE.skin;
  if (r > 0.94) return TISSUE.subcutaneousFat;
  if (r > 0.925 || (r < 0.885 && r > 0.87)) return TISSUE.cortex;
  if (r > 0.87) return TISSUE.fattyMarrow;
  if (r > 0.83 + 0.03 * fold) return TISSUE.csf;
  const side = Math.abs(x);
  if (((side - 9) / 7) ** 2 + (y / 34) ** 2 + ((z - 8) / 10) ** 2 < 1) return TISSUE.csf;
  if (side < 0.8 && z > 5) return TISSUE.csf;
  // Grey matter follows the folds of the surface.
  return r > 0.74 + 0.06 * fold ? TISSUE.root : TISSUE.cord;
}

/** Vertebral column of the neck with cord and canal; `v` behind the middle of the bodies; OUTSIDE elsewhere. */
function column(of: HeadAndNeck, x: number, v: number, z: number): number {
  const u = Math.abs(x);
  const along = z / of.levelMm;
  const level = (along - Math.floor(along)) * of.levelMm;
  const grown = 1 - 0.0016 * z;
  const disc = level < 5;
  if ((u / (12 * grown)) ** 2 + (v / (8.5 * grown)) ** 4 < 1) {
    if (level < 0.7 || (level > 4.3 && level < 5)) return TISSUE.cortex;
    if (!disc) return TISSUE.marrow;
    return u < 7 && Math.abs(v) < 4 ? TISSUE.innerAnnulus : TISSUE.annulus;
  }
  const canal = v - 8.5 * grown - 7;
  if ((u / of.cordMm) ** 2 + (canal / (0.62 * of.cordMm)) ** 2 < 1) return TISSUE.cord;
  const ring = (u / 11.5) ** 2 + (canal / 7) ** 2;
  if (ring < 1) return TISSUE.csf;
  if (ring < 1.9 && canal > 0) return level > 6 && level < 15 ? TISSUE.posteriorMarrow : TISSUE.ligament;
  if (u < 2.6 && canal > 7 && canal < 30 && level > 5 + 0.1 * canal && level < 12 + 0.15 * canal)
    return TISSUE.posteriorMarrow;
  if (u > 9 && u < 22 && canal > -9 && canal < 4) return disc ? TISSUE.foraminalFat : TISSUE.posteriorMarrow;
  return OUTSIDE;
}

/** Airway, great vessels and muscle of the neck and upper chest at a point relative to the middle of the neck. */
function neck(of: HeadAndNeck, x: number, y: number, z: number, lump: number): number {
  const u = Math.abs(x);
  const shoulders = z < -45 ? Math.min(130, (-45 - z) * 2.2) : 0;
  const r = Math.sqrt((x / (62 * of.size + shoulders)) ** 2 + ((y + 4) / (62 + 0.3 * shoulders)) ** 2);
  const depth = (1 - r) * 60;
  if (depth < 0) return TISSUE.air;
  if (depth < SKIN_MM) return TISSUE.skin;
  if (depth < SKIN_MM + of.fatMm) return TISSUE.subcutaneousFat;
  if ((x / 9) ** 2 + ((y + 27) / 8) ** 2 < 1) return TISSUE.gas;
  if (((u - 24) / 5) ** 2 + ((y + 18) / 5) ** 2 < 1) return TISSUE.flowVoid;
  // The apices of the lungs.
  if (z < -85 && (u - 60) ** 2 + (y + 8) ** 2 < (0.9 * (-85 - z)) ** 2) return TISSUE.gas;
  return lump > 1.1 ? TISSUE.intramuscularFat : TISSUE.muscle;
}

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
      const inHead = head(x, y + 12, z - HEAD_Z_MM, smoothNoiseAt(texturePoint, 0.3, 0.3, 0.3));
      if (inHead !== OUTSIDE) return inHead;
    }
    if (z > 95) return TISSUE.air;
    const v = y - of.lordosisMm * Math.cos(z / 45);
    const bone = z < 70 ? column(of, x, v, z) : OUTSIDE;
    return bone === OUTSIDE ? neck(of, x, y, z, smoothNoiseAt(texturePoint, 0.2, 0.2, 0.05)) : bone;
  };
  return { at, fatShare: () => 0.05, backSkin: () => y0 + 50 };
}
