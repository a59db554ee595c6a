import { type Random, seededRandom } from '../random.ts';
import {
  FIRST_LUMBAR_DISC,
  FIRST_SACRAL,
  type MotionSegment,
  type SchmorlNode,
  type SegmentSide,
  type Vertebra,
} from './anatomy.ts';

/** Wear of a patient's discs that no grade depends on. */
export interface Wear {
  /** 0 … 1. */
  readonly patient: number;
  /** Per disc: 0 = full height, 1 = collapsed. */
  readonly heightLoss: readonly number[];
  readonly listhesisMm: readonly number[];
  readonly hydration: readonly number[];
}

/** Discs wear from below: the share of wear each lumbar disc takes, L1/L2 … L5/S1. */
const LEVEL_WEAR = [0.35, 0.45, 0.6, 0.9, 0.9];

export function drawWear(seed: number, patient: number): Wear {
  const random = seededRandom(seed, 'discs');
  const heightLoss: number[] = [];
  const listhesisMm: number[] = [];
  const hydration: number[] = [];
  for (let disc = 0; disc < FIRST_SACRAL + 4; disc++) {
    const level = LEVEL_WEAR[disc - FIRST_LUMBAR_DISC];
    const susceptibility = level ?? 0.3;
    const wear = Math.min(1, Math.max(0, susceptibility * (0.25 + 1.1 * patient) + random.normal(0, 0.22)));
    const [slips, slip, loss] = [random.next(), random.uniform(3.8, 9), random.uniform(0.4, 1)];
    heightLoss.push(disc >= FIRST_SACRAL ? 0 : Math.max(0, wear - 0.35) * 1.4 * loss);
    hydration.push(Math.min(1, Math.max(0, 1.1 - 1.15 * wear)));
    const slipRate = level === undefined ? 0 : [0.02, 0.03, 0.05, 0.12, 0.07][disc - FIRST_LUMBAR_DISC]!;
    // A slip backwards is common and slight.
    const slight = slips > 1 - 0.12 * patient && level !== undefined ? -0.25 * slip : random.normal(0, 0.5);
    listhesisMm.push(slips < slipRate * (0.5 + patient) ? slip : slight);
  }
  return { patient, heightLoss, listhesisMm, hydration };
}

/** Facet joints turn from sagittal (20°) at L1/L2 to coronal (50°) at L5/S1. */
function drawSide(random: Random, level: number, patient: number): SegmentSide {
  return {
    recessAnteriorMm: 0,
    recessPosteriorMm: 0,
    foramenNarrowing: 0,
    foramenFrontMm: Math.max(3.4, random.normal(4, 0.6)),
    foramenBackMm: Math.max(3.6, random.normal(4.5, 0.8)),
    foramenReach: random.uniform(0.22, 0.42),
    foramenTaper: random.uniform(0.35, 0.9),
    rootRadiusMm: Math.min(2.9, Math.max(1.9, random.normal(2.4, 0.25))),
    facetRadiusMm: 7.4 + 0.35 * level + Math.max(0, random.normal(0.3 + 1.6 * patient, 0.7)),
    facetAngleRad: ((22 + 6.5 * level + random.normal(0, 6)) * Math.PI) / 180,
    facetOffsetMm: 15.5 + 1.1 * level + random.normal(0, 0.6),
    jointSpaceMm: random.uniform(0.8, 1.8),
    jointFluid: random.next(),
  };
}

function drawSchmorlNode(random: Random, above: Vertebra): SchmorlNode {
  return {
    inUpper: random.chance(0.5),
    u: random.normal(0, 0.3 * above.halfWidthMm),
    v: random.normal(0, 0.25 * above.halfDepthMm),
    radiusMm: random.uniform(4, 8),
    depthMm: random.uniform(2, 5),
  };
}

/** Motion segments before any graded narrowing. */
export function drawSegments(
  seed: number,
  vertebrae: readonly Vertebra[],
  discHeightsMm: readonly number[],
  wear: Wear,
): MotionSegment[] {
  const random = seededRandom(seed, 'segments');
  const canal = Math.max(16.2, random.normal(18, 1.4));
  const sac = random.normal(0.94, 0.09);
  // Epidural lipomatosis: fat takes the room of the sac.
  const lipomatosis = random.chance(0.04) ? random.uniform(0.8, 0.9) : 1;
  const slope = random.uniform(0.42, 0.6);
  const posteriorFat = random.uniform(0, 3.2);
  const l5s1Fat = random.uniform(0.5, 4);
  return vertebrae.slice(0, -1).map((above, disc): MotionSegment => {
    const below = vertebrae[disc + 1]!;
    const level = Math.min(5, Math.max(-3, disc - FIRST_LUMBAR_DISC));
    const worn = 1 - wear.hydration[disc]!;
    const lengthMm = above.halfHeightMm + below.halfHeightMm + discHeightsMm[disc]!;
    const sagittal =
      Math.asin(
        Math.min(1, Math.hypot(...([0, 1, 2] as const).map((i) => below.down[i] - above.down[i])) / 2),
      ) *
      2 *
      (below.down[1] >= above.down[1] ? 1 : -1);
    const sacral = disc >= FIRST_SACRAL;
    return {
      discHeightMm: discHeightsMm[disc]!,
      hydration: wear.hydration[disc]!,
      nucleusRadius: random.uniform(0.6, 0.74),
      diffuseBulgeMm: sacral ? 0 : Math.max(0, random.normal(0.4 + 1.3 * worn, 0.4)),
      anteriorOsteophyteMm: Math.max(0, random.normal(2.8 * worn, 1.5)),
      protrusionReachMm: random.uniform(2.5, 6),
      annularFissure: random.chance(0.35 * worn),
      modicDepthMm: random.chance(0.45 * worn) ? random.uniform(3, 11) : 0,
      modicType: random.pick([1, 2, 2, 2, 3] as const),
      schmorlNode: random.chance(0.1) ? drawSchmorlNode(random, above) : null,
      centralAnteriorMm: 0,
      centralPosteriorMm: 0,
      sacSqueeze: 0,
      canalDepthMm: sacral
        ? Math.max(7, canal - 3.2 * (disc - FIRST_SACRAL + 1))
        : canal + random.normal(0, 0.4),
      roofSlope: slope,
      flavumMm: sacral ? 0.5 : random.uniform(2.4, 3.4) + 0.6 * wear.patient,
      posteriorFatMm: sacral ? 0 : posteriorFat * random.uniform(0.6, 1.2),
      sacHalfWidthMm: sacral ? 8 - 1.5 * (disc - FIRST_SACRAL) : (10 - 0.22 * level) * sac * lipomatosis,
      sacHalfDepthMm: sacral ? 5.5 - 1.2 * (disc - FIRST_SACRAL) : (6.9 - 0.15 * level) * sac * lipomatosis,
      anteriorFatMm: sacral ? 3 : level === 4 ? l5s1Fat : random.uniform(0, 0.6),
      pedicleInnerMm: 11 + 0.6 * Math.max(0, level) + random.normal(0, 0.3),
      pedicleWidthMm: 9.5 + 1.2 * Math.max(0, level) + random.normal(0, 0.5),
      spinousLengthMm: [30, 31, 31, 29, 22, 12][Math.max(0, level)]! * random.normal(1, 0.1),
      lengthMm,
      foramenLengthMm: Math.max(24, lengthMm - (between2(above, below) + 5) * Math.tan(sagittal)),
      sides: [
        drawSide(random, Math.max(0, level), wear.patient),
        drawSide(random, Math.max(0, level), wear.patient),
      ],
    };
  });
}

function between2(above: Vertebra, below: Vertebra): number {
  return (above.halfDepthMm + below.halfDepthMm) / 2;
}
