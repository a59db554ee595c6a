import type { LocalisedLevel } from '../domain/assessment.ts';
import type { Truth } from '../phantom/grades/truth.ts';

/** The levels of a phantom with the foramina of each. */
export function withForamina({ levels, sidePoints }: Truth): readonly Omit<LocalisedLevel, 'confidence'>[] {
  return levels.map((level) => {
    const sides = sidePoints.filter((place) => place.level === level.level);
    return {
      ...level,
      foraminaMm: Object.fromEntries(sides.map(({ side, foramenMm }) => [side, foramenMm])),
    };
  });
}
