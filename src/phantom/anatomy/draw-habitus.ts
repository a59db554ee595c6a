import { seededRandom } from '../random.ts';
import type { Habitus } from './habitus.ts';
import { FIRST_SACRAL, type Vertebra } from './vertebra.ts';

/** Where the roots leave, as disc indices: four lumbar and sacral pairs a level, the sacral ones last. */
function drawStrands(seed: number, firstLumbar: number): Habitus['strands'] {
  const random = seededRandom(seed, 'cauda equina');
  return Array.from({ length: 26 }, (_, i) => {
    const side = i % 2 === 0 ? 1 : -1;
    const rank = Math.floor(i / 2) / 12;
    // Roots that leave first lie to the side and in front, the sacral ones in the middle and behind.
    const lateral = side * (0.88 - 0.8 * rank) + random.normal(0, 0.07);
    const depth = 0.42 + 0.42 * rank + random.normal(0, 0.07);
    const leavesAt = firstLumbar + 1.2 + 5.2 * rank ** 0.8;
    return [
      Math.max(-0.92, Math.min(0.92, lateral)),
      Math.max(0.12, Math.min(0.9, depth)),
      leavesAt,
      random.uniform(0, 6.28),
    ] as const;
  });
}

/** @param firstLumbar index of L1: cord and roots follow a spine's own count, not the sacrum. */
export function drawHabitus(
  seed: number,
  vertebrae: readonly Vertebra[],
  firstLumbar: number,
  patient: number,
): Habitus {
  const random = seededRandom(seed, 'habitus');
  const build = random.normal(0, 1);
  const fat = Math.max(-1.3, random.normal(0, 1));
  const width = vertebrae[7]!.halfWidthMm / 23;
  return {
    bodyHalfWidthMm: 165 + 18 * fat + 8 * build,
    bodyHalfDepthMm: 112 + 18 * fat + 5 * build,
    backFatMm: Math.max(4, 11 + 6 * fat),
    sacralFatMm: Math.max(8, 26 + 12 * fat),
    furrowMm: Math.max(2, random.normal(10 - 2 * fat, 4)),
    muscleHalfWidthMm: (60 + 4 * build) * Math.sqrt(width) * random.normal(1, 0.05),
    muscleDepthMm: Math.max(34, 46 + 4 * build),
    fattyInfiltration: Math.min(0.9, Math.max(0.03, random.normal(0.13 + 0.38 * patient, 0.16))),
    psoasRadiusMm: Math.min(
      24,
      Math.max(11, random.normal(17.5 - 2 * patient + 2 * build, 1.5) * Math.sqrt(width)),
    ),
    aortaRadiusMm: random.uniform(8, 12),
    cavaRadiusMm: random.uniform(8, 13),
    vesselOffsetMm: random.normal(9, 5),
    kidneys: random.chance(0.9),
    conusAt: firstLumbar - 0.4 + random.normal(0, 0.45),
    sacEndAt: FIRST_SACRAL + 0.6 + random.normal(0, 0.35),
    strands: drawStrands(seed, firstLumbar),
    textureOrigin: [random.uniform(0, 64), random.uniform(0, 64), random.uniform(0, 64)],
  };
}
