import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { MotionSegment } from '../../anatomy/motion-segment.ts';
import { FIRST_SACRAL } from '../../anatomy/vertebra.ts';
import { laminaFront } from '../../shape/canal-walls.ts';
import { PEDICLE_BOTTOM_T, PEDICLE_TOP_T } from '../../shape/canal-windows.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { TISSUE } from '../tissue.ts';
import { insideArch, LAMINA_END_T, OUTSIDE } from './arch-shape.ts';
import { CORTEX_MM, facet } from './facet-tissue.ts';
import type { SpineTissue } from './spine-tissue.ts';
import { insideSpinous, interspinous } from './spinous-process.ts';

/** Bone with a dark rim: `inside` is the distance to the nearest surface, mm. */
function bone(inside: number): number {
  return inside < CORTEX_MM ? TISSUE.cortex : TISSUE.posteriorMarrow;
}

/** Arches, facets and processes of the lumbar and thoracic spine, the back of the sacrum; −1 elsewhere. */
export function posteriorTissue(anatomy: Anatomy): SpineTissue {
  const { segments } = anatomy;

  const sacrum = (segment: MotionSegment, q: SpinePoint, u: number): number => {
    const front = laminaFront(segment, u);
    const crest = u < 5 ? segment.spinousLengthMm * 0.6 * (1 - u / 5) : 0;
    const back = front + 5 + crest + (u > 12 ? 0.25 * (u - 12) : 0);
    if (u < 22 && q.p > front && q.p < back) return bone(Math.min(q.p - front, back - q.p));
    return -1;
  };

  return (q) => {
    const u = q.lateral;
    const segment = segments[q.disc]!;
    if (q.disc >= FIRST_SACRAL) return sacrum(segment, q, u);
    if (q.p < -6 || u > 44) return -1;
    if (q.p > 24) {
      const inside = u < 8 ? insideSpinous(segment, q, u) : OUTSIDE;
      return inside > 0 ? bone(inside) : interspinous(segment, q, u);
    }
    const arch = insideArch(segment, q, u, q.disc >= anatomy.firstLumbar - 1);
    const inside = u < 8 ? Math.max(arch, insideSpinous(segment, q, u)) : arch;
    if (inside > CORTEX_MM) return TISSUE.posteriorMarrow;
    // Around the foramen bone runs on from pedicle to articular process without a border.
    const around =
      u > segment.pedicleInnerMm + 0.8 &&
      u < 21 &&
      q.p > 0 &&
      q.p < 11 &&
      q.t > PEDICLE_BOTTOM_T - 0.06 &&
      q.t < PEDICLE_TOP_T + 0.06;
    const side = segment.sides[q.u >= 0 ? 0 : 1];
    const joint = u > 5 ? facet(segment, side, q, u) : -1;
    if (joint >= 0) return joint;
    if (around) return TISSUE.posteriorMarrow;
    if (inside > 0) return TISSUE.cortex;
    const front = laminaFront(segment, u);
    if (u < 11.5 && q.p > front - 8 && q.p < front && q.t > 0.12) return TISSUE.ligament;
    if (u < 12 && q.p >= front && q.p < front + 1.6 && q.t >= LAMINA_END_T) return TISSUE.ligament;
    return interspinous(segment, q, u);
  };
}
