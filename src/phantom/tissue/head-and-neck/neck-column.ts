import { TISSUE } from '../tissue.ts';
import type { HeadAndNeck } from './head-and-neck-sizes.ts';
import { OUTSIDE } from './head-and-neck-sizes.ts';

/** Vertebral column of the neck with cord and canal; `v` behind the middle of the bodies; OUTSIDE elsewhere. */
export function neckColumn(of: HeadAndNeck, x: number, v: number, z: number): number {
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
