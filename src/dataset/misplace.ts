import type { LocalisedLevel } from '../domain/assessment.ts';
import { along, type Point } from '../domain/point.ts';
import { seededRandom } from '../phantom/random.ts';

/** How far the localiser may be off: classifiers are trained on regions cut that far off (standard deviation). */
const LOCALISER_ERROR_MM = 1.5;

/** True levels, each moved by the error a localiser may make. */
export function misplace(
  levels: readonly Omit<LocalisedLevel, 'confidence'>[],
  seed: number,
): readonly LocalisedLevel[] {
  const rng = seededRandom(seed, 'localiser-error');
  const error = () => rng.normal(0, LOCALISER_ERROR_MM);
  const move = (point: Point) => along(point, [error(), error(), error()], 1);
  const moved = levels.map(({ discMm, canalMm, ...level }) => ({
    ...level,
    discMm: move(discMm),
    canalMm: move(canalMm),
    confidence: 1,
  }));
  return moved.map(({ foraminaMm, ...level }) => {
    if (foraminaMm === undefined) return level;
    const sides = Object.entries(foraminaMm).map(([side, point]) => [side, move(point)] as const);
    return { ...level, foraminaMm: Object.fromEntries(sides) };
  });
}
