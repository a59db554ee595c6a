import type { MotionSegment } from '../../anatomy/motion-segment.ts';
import { laminaFront } from '../../shape/canal-walls.ts';
import { PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from '../../shape/canal-windows.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';

const LAMINA_MM = 6.5;
/** The laminae reach down to the height of the disc. */
export const LAMINA_END_T = 0.56;

/** Distance inside a bone that is nowhere near. */
export const OUTSIDE = -1e3;

/** Distance inside a box with rounded edges, of half sizes a and b; negative outside. */
function roundedBox(x: number, y: number, a: number, b: number, radius: number): number {
  const dx = (x < 0 ? -x : x) - a + radius;
  const dy = (y < 0 ? -y : y) - b + radius;
  if (dx <= 0 || dy <= 0) return radius - Math.max(dx, dy);
  return radius - Math.sqrt(dx * dx + dy * dy);
}

/** Distance inside the bone of the arch (pedicle, transverse process, lamina, pars), mm; negative outside. */
export function insideArch(segment: MotionSegment, q: SpinePoint, u: number, lumbar: boolean): number {
  const { t, p } = q;
  const width = segment.pedicleWidthMm;
  const middle = segment.pedicleInnerMm + width / 2;
  const halfHeight = ((PEDICLE_BOTTOM_T + 1 - PEDICLE_TOP_T) / 2) * segment.lengthMm;
  const level = (t - (PEDICLE_BOTTOM_T + PEDICLE_TOP_T - 1) / 2 - (t > 0.5 ? 1 : 0)) * segment.lengthMm;
  let inside = OUTSIDE;
  if (level < halfHeight && level > -halfHeight) {
    if (p > -6 && p < 15) inside = roundedBox(u - middle, level, width / 2, halfHeight, 3);
    // The process springs from the junction of pedicle and arch, at the height of the pedicle's lower half.
    const slope = p - 10 - 0.14 * (u - middle);
    if (lumbar && u > middle && u < 42)
      inside = Math.max(inside, Math.min(roundedBox(slope, level - 2, 4.6 - 0.05 * u, 5.5, 3), 40 - u));
  }
  if (u < 15 && (t < LAMINA_END_T || t > 0.93)) {
    const front = laminaFront(segment, u);
    const low = (LAMINA_END_T - t) * segment.lengthMm;
    const band = LAMINA_MM / 2 - Math.abs(p - front - LAMINA_MM / 2);
    inside = Math.max(inside, t < 0.5 ? Math.min(band, low) : Math.min(band, (t - 0.93) * segment.lengthMm));
  }
  if (t < 0.46 || t > 0.8) {
    const reach = t < 0.5 ? (0.46 - t) * segment.lengthMm : 6;
    inside = Math.max(inside, Math.min(roundedBox(u - middle + 1, p - 13.8, 5.2, 4.2, 2.5), reach));
  }
  return inside;
}
