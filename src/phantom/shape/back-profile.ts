import type { Anatomy } from '../anatomy/anatomy.ts';
import { midline } from './back-midline.ts';

const Z_STEP_MM = 2;
const Z_COUNT = 401;
const X_COUNT = 512;
const SMOOTHING = 18;

/** The outline of the trunk, as tables: nothing is computed per point but a few lookups. */
export interface BackProfile {
  /** y of the skin of the back at (x, z), mm; −1e6 beside the trunk. */
  skinY(x: number, z: number): number;
  /** Depth of the trunk from back skin to front skin where skinY was asked last, mm. */
  trunkDepthMm: number;
}

function smooth(values: Float64Array): Float64Array {
  return values.map((_, i) => {
    let sum = 0;
    for (let j = -SMOOTHING; j <= SMOOTHING; j++)
      sum += values[Math.min(values.length - 1, Math.max(0, i + j))]!;
    return sum / (2 * SMOOTHING + 1);
  });
}

/** Computes the tables of one patient's trunk. */
export function backProfile(anatomy: Anatomy): BackProfile {
  const { habitus, vertebrae } = anatomy;
  const tips = midline(anatomy);
  const fromZ = vertebrae[8]!.centreMm[2] - 400;
  const raw = {
    y: new Float64Array(Z_COUNT),
    furrow: new Float64Array(Z_COUNT),
    x: new Float64Array(Z_COUNT),
  };
  for (let i = 0; i < Z_COUNT; i++) {
    const z = fromZ + i * Z_STEP_MM;
    const found = tips.findIndex((tip) => tip.z < z);
    const below = found < 0 ? tips.length - 1 : found;
    const [a, b] = [tips[Math.max(0, below - 1)]!, tips[below]!];
    const s = a.z === b.z ? 0 : Math.min(1, Math.max(0, (a.z - z) / (a.z - b.z)));
    raw.y[i] = a.y + s * (b.y - a.y);
    raw.furrow[i] = a.furrow + s * (b.furrow - a.furrow);
    raw.x[i] = a.x + s * (b.x - a.x);
  }
  const [skin, furrow, axis] = [smooth(smooth(raw.y)), smooth(raw.furrow), smooth(raw.x)];
  const half = habitus.bodyHalfWidthMm;
  const perMm = (X_COUNT - 1) / half;
  const mound = Float64Array.from({ length: X_COUNT }, (_, i) => 1 - Math.exp(-((i / perMm) ** 2) / 700));
  const chord = Float64Array.from({ length: X_COUNT }, (_, i) => Math.sqrt(1 - (i / (X_COUNT - 1)) ** 2.8));
  const rowOf = (z: number) => {
    const i = ((z - fromZ) / Z_STEP_MM + 0.5) | 0;
    return i < 0 ? 0 : i >= Z_COUNT ? Z_COUNT - 1 : i;
  };
  const columnOf = (x: number, row: number) => {
    const dx = x - axis[row]!;
    return ((dx < 0 ? -dx : dx) * perMm + 0.5) | 0;
  };
  const profile: BackProfile = {
    trunkDepthMm: 0,
    skinY(x, z) {
      const row = rowOf(z);
      const column = columnOf(x, row);
      const width = column >= X_COUNT ? 0 : chord[column]!;
      profile.trunkDepthMm = 2 * habitus.bodyHalfDepthMm * width;
      if (column >= X_COUNT) return -1e6;
      return skin[row]! + furrow[row]! * mound[column]! - habitus.bodyHalfDepthMm * (1 - width);
    },
  };
  return profile;
}
