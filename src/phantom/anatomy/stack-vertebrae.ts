import { seededRandom } from '../random.ts';
import { type DrawnBody, drawBodies } from './draw-bodies.ts';
import { drawPosture, type Posture } from './draw-posture.ts';
import { type SpineVariant, vertebraName } from './spine-variant.ts';
import { stackCentres } from './stack-centres.ts';
import type { Vertebra } from './vertebra.ts';
import { type Frame, RAD, vertebraFrame } from './vertebra-frame.ts';

interface Stacked {
  readonly vertebrae: readonly Vertebra[];
  readonly discHeightsMm: readonly number[];
  readonly discWedgesDeg: readonly number[];
}

/**
 * Vertebral bodies T8 … S5 of an ordinary spine or a variant of it, the patient placed off-centre in the scanner.
 * `heightLoss` (0 … 1) per disc narrows it, `listhesisMm` per disc moves everything above it forward.
 */
export function stackVertebrae(
  seed: number,
  heightLoss: readonly number[],
  listhesisMm: readonly number[],
  variant: SpineVariant = {},
): Stacked {
  const random = seededRandom(seed, 'vertebrae');
  const posture = drawPosture(random);
  const drawn = drawBodies(random, posture, heightLoss, variant);
  const frames = bodyFrames(drawn, posture);
  const centres = stackCentres(drawn, frames, listhesisMm);
  const origin = centres[7]!;
  const place = [random.normal(0, 8), random.normal(-20, 18), random.normal(-300, 80)] as const;
  const vertebrae = drawn.map((d, i): Vertebra => {
    const c = centres[i]!;
    return {
      name: vertebraName(i, variant),
      centreMm: [c[0] - origin[0] + place[0], c[1] - origin[1] + place[1], c[2] - origin[2] + place[2]],
      ...frames[i]!,
      halfHeightMm: d.height / 2,
      halfWidthMm: d.halfWidth,
      halfDepthMm: d.halfDepth,
      wedgeSlope: Math.tan((d.wedge / 2) * RAD),
      endplateConcavityMm: d.concavity,
      waist: d.waist,
      haemangioma: d.haemangioma === 0 ? null : [...d.at, d.haemangioma],
    };
  });
  return {
    vertebrae,
    discHeightsMm: drawn.map((d) => d.disc),
    discWedgesDeg: drawn.map((d) => d.discWedge),
  };
}

/** The axes of every body: wedges add up from the first to the last, L3 leans as the posture says. */
function bodyFrames(
  drawn: readonly DrawnBody[],
  { scoliosis, scoliosisPhase, rotation, lean }: Posture,
): readonly Frame[] {
  const sagittal = drawn.map(() => 0);
  for (let i = 1; i < drawn.length; i++) {
    const above = drawn[i - 1]!;
    sagittal[i] = sagittal[i - 1]! + above.wedge / 2 + above.discWedge + drawn[i]!.wedge / 2;
  }
  const shift = sagittal[7]! - lean;
  return drawn.map((_, i) => {
    const wave = Math.sin(scoliosisPhase + i * 0.55);
    return vertebraFrame(
      sagittal[i]! - shift,
      scoliosis * wave,
      rotation + scoliosis * 0.8 * Math.cos(scoliosisPhase + i * 0.55),
    );
  });
}
