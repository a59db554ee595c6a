import { type Random, seededRandom } from '../random.ts';
import { drawSide } from './draw-segment-side.ts';
import type { Wear } from './draw-wear.ts';
import type { MotionSegment, SchmorlNode } from './motion-segment.ts';
import { FIRST_LUMBAR_DISC, FIRST_SACRAL, type Vertebra } from './vertebra.ts';

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
