import type { Anatomy } from '../../anatomy/anatomy.ts';
import { FIRST_SACRAL, type Vertebra } from '../../anatomy/vertebra.ts';
import { PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from '../../shape/canal-windows.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { smoothNoiseAt } from '../texture.ts';
import { TISSUE } from '../tissue.ts';

/** Marrow beside a worn disc, by Modic type. */
const MODIC_MARROW = [
  TISSUE.marrow,
  TISSUE.oedematousMarrow,
  TISSUE.fattyMarrow,
  TISSUE.scleroticMarrow,
] as const;

/**
 * Cortex and marrow of a vertebral body; −1 beside it.
 * @param upper whether the body is the upper one of the point's segment.
 * @param toMiddle distance from the body's middle along its axis, mm, and `edge` that of its endplate there.
 * @param r square of the distance from the axis as a share of the body's outline.
 */
export function vertebralTissue(
  { vertebrae, segments }: Anatomy,
  q: SpinePoint,
  upper: boolean,
  toMiddle: number,
  edge: number,
  r: number,
): number {
  const vertebra = vertebrae[q.disc + (upper ? 0 : 1)]!;
  const segment = segments[q.disc]!;
  const m = toMiddle / vertebra.halfHeightMm;
  const flare =
    m > 0.7 && q.v < 0
      ? ((m - 0.7) / 0.3) ** 2 *
        (segment.anteriorOsteophyteMm / q.halfDepth) *
        Math.min(1, (-2.5 * q.v) / q.halfDepth)
      : 0;
  const scale = 1 - vertebra.waist * (1 - m * m) + flare;
  const limit = q.v < 0 ? scale * scale : 1 - 0.12 * (1 - m * m);
  if (r > limit) return -1;
  const rim = (q.v < 0 ? 1.5 : 2.6) / q.halfDepth;
  const u = q.u < 0 ? -q.u : q.u;
  const atPedicle =
    q.v > 0 &&
    u > segment.pedicleInnerMm + 1 &&
    (q.v > 0.3 * q.halfDepth || q.t < PEDICLE_BOTTOM_T - 0.03 || q.t > PEDICLE_TOP_T + 0.03);
  if (r > limit - rim && !atPedicle) return TISSUE.cortex;
  const depth = edge - toMiddle;
  const lumbar = q.disc + (upper ? 0 : 1) < FIRST_SACRAL;
  if (depth < (lumbar ? 0.95 : 0.6)) return TISSUE.cortex;
  if (lumbar && q.v > -0.15 * q.halfDepth && Math.abs(q.u) < 2.6) {
    if (toMiddle < (1.9 * (q.v - 0.25 * q.halfDepth)) / q.halfDepth) return TISSUE.vein;
  }
  const modic = segment.modicDepthMm;
  if (modic > 0 && depth < modic * (0.8 + 0.4 * smoothNoiseAt(q.texturePoint, 0.15, 0.15, 0.15)))
    return MODIC_MARROW[segment.modicType]!;
  const down = upper ? toMiddle : -toMiddle;
  return inHaemangioma(vertebra, q, down) ? TISSUE.fattyMarrow : TISSUE.marrow;
}

/** Whether a point `down` below the middle of the body lies in its haemangioma, if it has one. */
function inHaemangioma({ haemangioma }: Vertebra, q: SpinePoint, down: number): boolean {
  if (haemangioma === null) return false;
  const du = q.u - haemangioma[0];
  const dv = q.v - haemangioma[1];
  const below = down - haemangioma[2];
  return du * du + dv * dv + below * below < haemangioma[3] * haemangioma[3];
}
