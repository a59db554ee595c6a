import type { Level } from '../../domain/level.ts';
import { dot, negate, type Point, subtract } from '../../domain/point.ts';
import type { LevelFrame } from '../crop/level-frame.ts';
import { inPlane } from '../crop/plane-axes.ts';

/**
 * Where foramina lie, seen from the canal at the disc's height, mm: to the side, upwards, and forwards by level.
 * Measured on 40 foramina of four complete studies of the RSNA 2024 challenge: 8.5 to 23 to the side (mean 16.8), 1
 * below to 13 above (mean 5.7), level with it at L1/L2, 8 to 15 in front of it at L4/L5 and L5/S1.
 */
export const FORAMEN_ASIDE_MM = 16.8;
export const FORAMEN_ABOVE_MM = 5.7;
export const FORAMEN_IN_FRONT_MM: Readonly<Record<Level, number>> = {
  'L1/L2': 1,
  'L2/L3': 4,
  'L3/L4': 7,
  'L4/L5': 11,
  'L5/S1': 11,
};
/** Standard deviations, wider than those of the few that were measured. */
const SPREAD_MM = { aside: 6, above: 7, inFront: 7 };
/** Half the distance between neighbouring foramina: a peak farther up or down is another level's. */
const REACH_MM = 17;

/** Logarithm of how likely a foramen of that level and side lies at the point, up to a constant; −∞: it does not. */
export function placeLikelihood(
  pointMm: Point,
  side: 'left' | 'right',
  { level, frame }: { readonly level: Level; readonly frame: LevelFrame },
): number {
  const from = subtract(pointMm, frame.canalMm);
  const aside = side === 'left' ? from[0] : -from[0];
  const above = -dot(from, frame.caudal);
  const inFront = dot(from, negate(inPlane([0, 1, 0], frame.caudal)));
  const beyond =
    Math.abs(above - FORAMEN_ABOVE_MM) > REACH_MM ||
    Math.abs(inFront - FORAMEN_IN_FRONT_MM[level]) > 3 * SPREAD_MM.inFront;
  if (aside <= 0 || beyond) return -Infinity;
  const squared =
    ((aside - FORAMEN_ASIDE_MM) / SPREAD_MM.aside) ** 2 +
    ((above - FORAMEN_ABOVE_MM) / SPREAD_MM.above) ** 2 +
    ((inFront - FORAMEN_IN_FRONT_MM[level]) / SPREAD_MM.inFront) ** 2;
  return -squared / 2;
}
