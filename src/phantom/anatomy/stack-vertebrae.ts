import type { Point } from '../../domain/point.ts';
import { seededRandom } from '../random.ts';
import { FIRST_SACRAL, type Vertebra } from './anatomy.ts';
import { type SpineVariant, type VertebraForm, variantForms, vertebraName } from './spine-variant.ts';

/**
 * Means in mm and degrees: body height, half width, half depth, wedge of the body (+ taller in front), then height
 * and wedge of the disc below. After Zhou et al., Eur Spine J 2000;9:242 and Berry et al., Spine 1987;12:362
 * (sizes), Bernhardt and Bridwell, Spine 1989;14:717 (angles).
 */
const MEANS: readonly VertebraForm[] = [
  [20.5, 15, 14, -4, 4.5, 0],
  [21.5, 16, 14.5, -4, 5, 0],
  [22.5, 17, 15, -4, 5.5, 0],
  [23.5, 18.5, 15.5, -4, 6.5, 0.5],
  [25, 20, 16, -4, 7.5, 2],
  [26.5, 21, 16.3, -2.5, 8.8, 4.5],
  [27.2, 22, 16.8, -1, 10, 6],
  [27.4, 23, 17.2, 0, 10.8, 8],
  [27.2, 24.5, 17.4, 2, 11.2, 11],
  [27, 26, 17.4, 8, 10.2, 13],
  [28, 26, 15.5, -6, 3, 0],
  [24, 22, 11, -10, 1.4, 0],
  [20, 18, 8.5, -16, 1, 0],
  [17, 15, 6.5, -18, 1, 0],
  [15, 11, 5, -14, 1, 0],
];

type Frame = Pick<Vertebra, 'left' | 'posterior' | 'down'>;

const RAD = Math.PI / 180;

/** Axes of a vertebra from its tilt in the sagittal plane (+ caudal end backwards), in the coronal plane, and its rotation. */
function frame(sagittalDeg: number, coronalDeg: number, axialDeg: number): Frame {
  const [s, c, r] = [sagittalDeg * RAD, coronalDeg * RAD, axialDeg * RAD];
  const down: Point = [Math.sin(c), Math.sin(s) * Math.cos(c), -Math.cos(s) * Math.cos(c)];
  const across: Point = [Math.cos(r), Math.sin(r), 0];
  const along = across[0] * down[0] + across[1] * down[1];
  const raw: Point = [across[0] - along * down[0], across[1] - along * down[1], -along * down[2]];
  const length = Math.hypot(...raw);
  const left: Point = [raw[0] / length, raw[1] / length, raw[2] / length];
  const posterior: Point = [
    left[1] * down[2] - left[2] * down[1],
    left[2] * down[0] - left[0] * down[2],
    left[0] * down[1] - left[1] * down[0],
  ];
  return { left, posterior, down };
}

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
  const size = random.normal(1.03, 0.06);
  const slender = Math.min(1.3, Math.max(0.9, random.normal(1.06, 0.08)));
  const lordosis = Math.min(1.45, Math.max(0.45, random.normal(1, 0.22)));
  const sacralCurve = random.uniform(0.7, 1.35);
  const discScale = random.normal(1, 0.09);
  const scoliosis = random.normal(0, 1) * random.uniform(0, 6);
  const scoliosisPhase = random.uniform(0, 2 * Math.PI);
  const rotation = random.normal(0, 2);
  const lean = random.normal(0, 4);
  const drawn = variantForms(MEANS, variant).map((mean, i) => {
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
  const sagittal = drawn.map(() => 0);
  for (let i = 1; i < drawn.length; i++) {
    const above = drawn[i - 1]!;
    sagittal[i] = sagittal[i - 1]! + above.wedge / 2 + above.discWedge + drawn[i]!.wedge / 2;
  }
  const shift = sagittal[7]! - lean;
  const frames = drawn.map((_, i) => {
    const wave = Math.sin(scoliosisPhase + i * 0.55);
    return frame(
      sagittal[i]! - shift,
      scoliosis * wave,
      rotation + scoliosis * 0.8 * Math.cos(scoliosisPhase + i * 0.55),
    );
  });
  const centres: [number, number, number][] = [[0, 0, 0]];
  for (let i = 1; i < drawn.length; i++) {
    const [above, below] = [drawn[i - 1]!, drawn[i]!];
    const [f, g] = [frames[i - 1]!, frames[i]!];
    const from = centres[i - 1]!;
    const upper = above.height / 2 + above.disc / 2;
    const lower = below.height / 2 + above.disc / 2;
    const back = listhesisMm[i - 1] ?? 0;
    // The posterior walls, not the centres, follow one line: shift by the difference of the half depths.
    const step = back - (below.halfDepth - above.halfDepth);
    centres.push(
      [0, 1, 2].map(
        (axis) => from[axis]! + upper * f.down[axis]! + lower * g.down[axis]! + step * g.posterior[axis]!,
      ) as [number, number, number],
    );
  }
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
