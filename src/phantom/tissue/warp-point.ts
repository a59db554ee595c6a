import type { SpinePoint } from '../shape/spine-point.ts';
import { smoothNoiseAt } from './texture.ts';

const WARP_PER_MM = 0.11;
/** Cells of a second noise, independent of the first. */
const elsewhere = new Float64Array(3);

/**
 * Bends the geometry a little, as nothing in a body is straight: by about 0.2 mm where grades are measured, growing to
 * 1 mm in the arches and farther out in front of the spine and in the muscles.
 */
export function warp(q: SpinePoint): void {
  const beside = (q.lateral - 21) * 0.12;
  const behind = (q.p - 12.5) * 0.14;
  const ahead = (-6 - q.p) * 0.07;
  const away = Math.max(0, beside, behind, ahead);
  const amount = 0.2 + 0.9 * (away > 1.6 ? 1.6 : away);
  const [x, y, z] = [q.texturePoint[0]!, q.texturePoint[1]!, q.texturePoint[2]!];
  elsewhere[0] = y * WARP_PER_MM + 17.5;
  elsewhere[1] = z * WARP_PER_MM + 31.5;
  elsewhere[2] = x * WARP_PER_MM + 5.5;
  const across = amount * smoothNoiseAt(q.texturePoint, WARP_PER_MM, WARP_PER_MM, WARP_PER_MM);
  const along = amount * smoothNoiseAt(elsewhere, 1, 1, 1);
  q.u += across;
  q.lateral = q.u < 0 ? -q.u : q.u;
  q.v += along;
  q.p += along;
  const down = 0.45 * (across - along);
  q.h += down;
  q.below += down;
  q.above -= down;
}
