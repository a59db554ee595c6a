import type { LocalisedLevel, SidedPoints } from '../../domain/assessment.ts';
import { midpoint, type Point, subtract, unit } from '../../domain/point.ts';

/** Where a disc level lies in the patient. */
export interface LevelFrame {
  readonly canalMm: Point;
  /** Half way between the disc's centre and the canal's: about the disc's posterior margin. */
  readonly marginMm: Point;
  /** Unit vector along the spine, caudal. */
  readonly caudal: Point;
  readonly foraminaMm: SidedPoints;
}

/** The frame of the i-th of neighbouring levels. */
export function levelFrame(levels: readonly LocalisedLevel[], i: number): LevelFrame {
  const above = levels[Math.max(0, i - 1)]!.canalMm;
  const below = levels[Math.min(levels.length - 1, i + 1)]!.canalMm;
  const { discMm, canalMm, foraminaMm = {} } = levels[i]!;
  return {
    canalMm,
    marginMm: midpoint(discMm, canalMm),
    caudal: unit(subtract(below, above)),
    foraminaMm,
  };
}
