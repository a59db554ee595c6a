import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { SpineTissue } from '../spine/spine-tissue.ts';
import { TISSUE } from '../tissue.ts';
import { profile } from './back-muscle.ts';

/** Girth of the psoas, by disc index. */
const PSOAS_PROFILE = [0, 0, 0, 0, 0.2, 0.5, 0.75, 0.95, 1.08, 1.05, 0.95, 0.9, 0.85, 0.8, 0.7];

/** Psoas and quadratus lumborum; sets q.fatShare; −1 elsewhere. */
export function psoas({ habitus }: Anatomy): SpineTissue {
  return (q) => {
    const u = q.lateral;
    const along = q.along;
    const radius = habitus.psoasRadiusMm * profile(PSOAS_PROFILE, along);
    if (radius < 2) return -1;
    const away = along > 8.6 ? (along - 8.6) * 7 : 0;
    const du = (u - q.halfWidth - 0.74 * radius - 2 - away) / radius;
    const dv = (q.v + 2 + away * 1.3) / (1.3 * radius);
    q.fatShare = 0.04;
    if (du > -1 && du < 1 && du * du + dv * dv * (1 + 0.5 * du) < 1) return TISSUE.muscle;
    // Muscle between the transverse processes.
    if (along < 9.2) {
      const a = (u - 36) / 10;
      const b = (q.p + 1) / 7;
      if (a * a + b * b < 1) return TISSUE.muscle;
    }
    if (along > 4.6 && along < 8.8) {
      const a = (u - 64) / 18;
      const b = (q.p + 1 - 0.12 * (u - 64)) / 8;
      if (a * a + b * b < 1) return TISSUE.muscle;
    }
    return -1;
  };
}

/** Gluteal muscles behind the ilium; sets q.fatShare; −1 elsewhere. */
export const gluteus: SpineTissue = (q) => {
  const u = q.lateral;
  const along = q.along;
  const grown = (along - 9.8) / 1.5;
  if (grown <= 0) return -1;
  const a = (u - 88) / (46 * Math.min(1, 0.5 + 0.5 * grown));
  const b = (q.p - 6) / (30 * Math.min(1, grown));
  q.fatShare = 0.14;
  return a * a + b * b < 1 ? TISSUE.muscle : -1;
};
