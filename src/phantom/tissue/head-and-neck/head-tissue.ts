import { TISSUE } from '../tissue.ts';
import { OUTSIDE } from './head-and-neck-sizes.ts';

/** Scalp, skull, liquor and brain with its ventricles at a point relative to the middle of the head; OUTSIDE elsewhere. */
export function headTissue(x: number, y: number, z: number, fold: number): number {
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
