import { TISSUE } from '../tissue.ts';
import type { HeadAndNeck } from './head-and-neck-sizes.ts';

const SKIN_MM = 2;

/** Airway, great vessels and muscle of the neck and upper chest at a point relative to the middle of the neck. */
export function neckTissue(of: HeadAndNeck, x: number, y: number, z: number, lump: number): number {
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
