import type { Random } from '../../random.ts';

/** What the shapes of head and neck say of a point that is in none of their tissues. */
export const OUTSIDE = -1;

/** Sizes of one patient's head and neck, mm. */
export interface HeadAndNeck {
  readonly size: number;
  readonly fatMm: number;
  readonly lordosisMm: number;
  readonly levelMm: number;
  readonly cordMm: number;
}

/** One patient's sizes, from a stream of random numbers of their own. */
export function drawHeadAndNeck(random: Random): HeadAndNeck {
  return {
    size: random.normal(1, 0.05),
    fatMm: random.uniform(3, 12),
    lordosisMm: random.normal(6, 4),
    levelMm: random.uniform(18, 21),
    cordMm: random.uniform(5.4, 6.6),
  };
}
