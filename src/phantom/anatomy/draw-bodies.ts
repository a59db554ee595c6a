import type { Random } from '../random.ts';
import type { Posture } from './draw-posture.ts';
import type { SpineVariant } from './spine-variant.ts';
import { variantForms } from './variant-forms.ts';
import { FIRST_SACRAL } from './vertebra.ts';
import { MEAN_FORMS } from './vertebra-forms.ts';

/** A vertebral body and the disc below it before they are put in place, mm and degrees. */
export interface DrawnBody {
  readonly height: number;
  readonly halfWidth: number;
  readonly halfDepth: number;
  readonly wedge: number;
  readonly disc: number;
  readonly discWedge: number;
  readonly concavity: number;
  readonly waist: number;
  /** Radius, 0 for none, and place. */
  readonly haemangioma: number;
  readonly at: readonly [number, number, number];
}

/** Draws every body from the mean forms of the variant; `heightLoss` (0 … 1) per disc narrows it. */
export function drawBodies(
  random: Random,
  { size, slender, lordosis, sacralCurve, discScale }: Posture,
  heightLoss: readonly number[],
  variant: SpineVariant,
): DrawnBody[] {
  return variantForms(MEAN_FORMS, variant).map((mean, i): DrawnBody => {
    const sacral = i >= FIRST_SACRAL;
    const bend = sacral ? sacralCurve : i >= 6 ? lordosis : 1;
    return {
      height: mean[0] * size * random.normal(1, 0.025),
      halfWidth: mean[1] * size * slender * random.normal(1, 0.02),
      halfDepth: mean[2] * size * slender * random.normal(1, 0.015),
      wedge: mean[3] * bend + random.normal(0, 1.2),
      disc: mean[4] * size * discScale * random.normal(1, 0.07) * (1 - 0.6 * (heightLoss[i] ?? 0)),
      discWedge: (mean[5] * lordosis + random.normal(0, 1)) * (1 - 0.45 * (heightLoss[i] ?? 0)),
      concavity: sacral ? 0.2 : Math.max(0.3, random.normal(1.8, 0.7)),
      waist: sacral ? 0 : random.uniform(0.05, 0.17),
      haemangioma: !sacral && random.chance(0.06) ? random.uniform(4, 10) : 0,
      at: [random.uniform(-8, 8), random.uniform(-6, 5), random.uniform(-5, 5)] as const,
    };
  });
}
