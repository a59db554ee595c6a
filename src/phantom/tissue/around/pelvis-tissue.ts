import type { SpinePoint } from '../../shape/spine-point.ts';
import { TISSUE } from '../tissue.ts';

/** Lateral mass of the sacrum; −1 elsewhere. */
export function sacralWing(q: SpinePoint, u: number, along: number): number {
  const wing = 52 - 9 * (along - 10);
  const start = 9.74 + 0.004 * u;
  if (along < start || along > 13.2 || u < 10) return -1;
  const front = -2 * q.halfDepth + 0.42 * (u - 10);
  const back = 10 + 0.08 * u;
  const inside = Math.min(wing - u, q.p - front, back - q.p, (along - start) * 34);
  if (inside <= 0) return -1;
  return inside < 1.1 ? TISSUE.cortex : TISSUE.posteriorMarrow;
}

/** Iliac wing, from the crest at L4/L5 down along the sacroiliac joint; −1 elsewhere. */
export function ilium(q: SpinePoint, u: number, along: number): number {
  if (along < 9 || along > 12.8 || u < 25) return -1;
  const wing = 55 - 9 * Math.max(0, along - 10) + 24 * Math.max(0, 10.2 - along);
  const across = u - wing - 0.85 * Math.max(0, 10 - q.p) + 0.55 * Math.max(0, q.p - 10);
  const half = 7.5 * Math.min(1, (along - 9) * 2.5) - 0.006 * (q.p - 5) * (q.p - 5);
  const inside = Math.min(half - Math.abs(across - 7), 30 - q.p);
  if (inside <= 0) return -1;
  return inside < 1.3 ? TISSUE.cortex : TISSUE.fattyMarrow;
}
