import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { NotLumbar } from '../../domain/not-lumbar.ts';
import { dot, length, type Point, subtract, unit } from '../../domain/point.ts';

/**
 * Mean distance of neighbouring lumbar disc centres, mm: a vertebral body and a disc. Mean posterior body heights are
 * 11–13 mm in the neck, 14 (T1) to 23 mm (T12) in the chest and 23–24 mm, in front 25–28 mm, in the loins (Panjabi et
 * al., Spine 1991;16:861 and 888, 1992;17:299), discs about 5, 5 and 10 mm; the bounds leave a quarter for small, tall
 * and worn spines.
 */
const MEAN_SPACING_MM = { least: 25, most: 48 } as const;
/** Where the sacrum is not seen below, what is seen may be the chest: its discs lie closer. */
const LEAST_SPACING_WITHOUT_SACRUM_MM = 28;
/** Longest over shortest interval: a collapsed vertebra or disc halves one, nothing in a living spine does more. */
const MOST_UNEVEN = 2;
/** Turn from one interval to the next; L4–S1 lordosis is some 40° over two of them. */
const MOST_TURN_DEG = 40;
/** Mean distance from a disc's centre to the canal's: half a lumbar body's depth and half the canal's, 17 + 8 mm. */
const CANAL_DISTANCE_MM = { least: 16, most: 40 } as const;

/**
 * Why what was found cannot be the five lumbar discs; empty when it can be. Points in patient space, mm.
 * @param sacrumSeen whether S1/S2 was found below.
 */
export function notLumbar(levels: readonly LocalisedLevel[], sacrumSeen: boolean): NotLumbar[] {
  const steps = levels.slice(1).map((level, i) => subtract(level.discMm, levels[i]!.discMm));
  const spacings = steps.map(length);
  const spacing = mean(spacings);
  const canal = mean(levels.map(({ discMm, canalMm }) => length(subtract(canalMm, discMm))));
  const turn = Math.max(...steps.slice(1).map((step, i) => angleDeg(step, steps[i]!)));
  const least = sacrumSeen ? MEAN_SPACING_MM.least : LEAST_SPACING_WITHOUT_SACRUM_MM;
  const [near, far] = [Math.min(...spacings), Math.max(...spacings)];
  const [spread, behind] = [{ leastMm: least, mostMm: MEAN_SPACING_MM.most }, CANAL_DISTANCE_MM];
  const found: (NotLumbar | null)[] = [
    spacing < spread.leastMm || spacing > spread.mostMm
      ? { of: 'spacing', meanMm: spacing, ...spread, sacrumSeen }
      : null,
    far > MOST_UNEVEN * near ? { of: 'uneven', nearMm: near, farMm: far } : null,
    turn > MOST_TURN_DEG ? { of: 'turn', turnDeg: turn } : null,
    canal < behind.least || canal > behind.most
      ? { of: 'canal', meanMm: canal, leastMm: behind.least, mostMm: behind.most }
      : null,
  ];
  return found.filter((one) => one !== null);
}

function angleDeg(a: Point, b: Point): number {
  return (Math.acos(Math.min(1, dot(unit(a), unit(b)))) * 180) / Math.PI;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}
