import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { SpineTissue } from '../spine/spine-tissue.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';

/** Aorta, vena cava and the iliac vessels below L4 as flow voids; −1 elsewhere. */
export function vessels({ habitus }: Anatomy): SpineTissue {
  const { aortaRadiusMm, cavaRadiusMm, vesselOffsetMm } = habitus;
  /** Farther in front of the bodies there are none. */
  const reach = 2 * Math.max(aortaRadiusMm, cavaRadiusMm) + 3;
  const inTube = (du: number, dv: number, radius: number) => du * du + dv * dv < radius * radius;
  return (q) => {
    const along = q.along;
    const ahead = q.v + q.halfDepth;
    if (along > 11.5 || ahead > 2 || ahead < -reach) return -1;
    const wave = 2.5 * Math.sin(along * 1.1 + vesselOffsetMm);
    const split = Math.max(0, along - 8.6);
    const artery = aortaRadiusMm * (1 - 0.38 * Math.min(1, 2 * split));
    const arteryV = ahead + artery + 3 - 3 * split;
    const arteryU = q.u - vesselOffsetMm - wave;
    if (inTube(arteryU - 14 * split, arteryV, artery)) return TISSUE.flowVoid;
    if (split > 0 && inTube(arteryU + 14 * split, arteryV, artery)) return TISSUE.flowVoid;
    const lower = Math.max(0, along - 9.1);
    const vein = cavaRadiusMm * (1 - 0.3 * Math.min(1, 2 * lower));
    const veinU = (q.u - vesselOffsetMm + aortaRadiusMm + cavaRadiusMm + 3 - wave) / 1.15;
    const veinV = (ahead + 0.8 * vein + 1 - 2 * lower) / 0.85;
    if (inTube(veinU + 7 * lower, veinV, vein)) return TISSUE.flowVoid;
    if (lower > 0 && inTube(veinU - 26 * lower, veinV, vein)) return TISSUE.flowVoid;
    return -1;
  };
}

/** Kidneys with the fat of their sinus; −1 elsewhere. */
export function kidneys({ habitus }: Anatomy): SpineTissue {
  return (q) => {
    const u = q.lateral;
    const along = q.along;
    if (!habitus.kidneys || u < 38) return -1;
    const dz = (along - (q.u > 0 ? 4.9 : 5.3)) / 1.7;
    const du = (u - 67 - 8 * dz) / 25;
    const dv = (q.v + 8) / 29;
    const r = du * du + dv * dv + dz * dz;
    if (r > 1) return -1;
    const a = du + 0.65;
    return a * a + 2.2 * dv * dv + 1.4 * dz * dz < 0.3 ? TISSUE.visceralFat : TISSUE.kidney;
  };
}

/** Liver, bowel and the fat between them. */
export const viscera: SpineTissue = (q) => {
  const along = q.along;
  const ahead = -q.v - q.halfDepth;
  if (ahead < 6) {
    // Slips of psoas and the muscles between the transverse processes, with fat between them.
    if (q.lateral > 34 || along > 9.4 || q.p < -22) return TISSUE.visceralFat;
    q.fatShare = 0.12;
    return smoothNoiseAt(q.texturePoint, 0.14, 0.14, 0.06) > 0.35 ? TISSUE.muscle : TISSUE.visceralFat;
  }
  if (q.u < -52 - 0.35 * ahead && along < 6 && ahead > 10) return TISSUE.liver;
  const closeness = along > 9.5 ? 0.05 * (ahead - 22) : 0.04 * (ahead - 30);
  const lump = smoothNoiseAt(q.texturePoint, 0.08, 0.08, 0.065) + Math.max(-3, Math.min(0.75, closeness));
  if (lump > 1.25) return lump > 2.2 ? TISSUE.gas : TISSUE.bowelContent;
  if (lump > 0.95) return TISSUE.bowelWall;
  return smoothNoiseAt(q.texturePoint, 0.22, 0.22, 0.12) > 2.1 ? TISSUE.flowVoid : TISSUE.visceralFat;
};
