import type { LocalisedLevel, SidedPoints } from '../../domain/assessment.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { along, type Point } from '../../domain/point.ts';

/** Distance between neighbouring discs of adults in the mean; also how far labels of neighbouring foramina lie apart. */
export const LEVEL_DISTANCE_MM = 34;
/** From the canal to the disc in front of it, about. */
const DISC_IN_FRONT_MM = 20;

/**
 * Five levels of which some places are known: the others lie a level's distance below one another.
 * @param canals at least one.
 */
export function inventedLevels(
  canals: ReadonlyMap<Level, Point>,
  foramina: ReadonlyMap<Level, SidedPoints>,
): readonly LocalisedLevel[] {
  const known = LEVELS.flatMap((level, i) => (canals.has(level) ? [{ i, canalMm: canals.get(level)! }] : []));
  return LEVELS.map((level, i): LocalisedLevel => {
    const nearest = known.reduce((best, each) => (Math.abs(each.i - i) < Math.abs(best.i - i) ? each : best));
    const canalMm = along(nearest.canalMm, [0, 0, -1], (i - nearest.i) * LEVEL_DISTANCE_MM);
    const foraminaMm = foramina.get(level);
    const discMm = along(canalMm, [0, -1, 0], DISC_IN_FRONT_MM);
    return { level, canalMm, discMm, confidence: 1, ...(foraminaMm && { foraminaMm }) };
  });
}
