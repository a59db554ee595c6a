import { type BootstrapOptions, bootstrap, type Estimate } from '../measures/bootstrap.ts';
import type { LocalisedCase } from './localised-case.ts';

/** Of the places of one kind, over all cases: the share of all that lie near, and how far off those found lie, mm. */
export interface LocalisedPlaces {
  readonly count: number;
  readonly within3Mm: Estimate;
  readonly within6Mm: Estimate;
  readonly meanMm: Estimate;
}

/** How a pack's localiser finds and numbers the levels of masked cases. */
export interface LocaliserSummary {
  readonly cases: number;
  readonly localised: number;
  readonly numberedRight: Estimate;
  /** Cases whose numbering is called doubtful, and those of them in which it is wrong. */
  readonly doubted: { readonly count: number; readonly wrong: number };
  readonly disc: LocalisedPlaces;
  readonly canal: LocalisedPlaces;
}

/** @returns null without a case. */
export function summariseLocalised(
  cases: readonly LocalisedCase[],
  options: BootstrapOptions,
): LocaliserSummary | null {
  if (cases.length === 0) return null;
  const share = (all: readonly boolean[]) =>
    all.length === 0 ? null : all.filter(Boolean).length / all.length;
  const places = (key: 'discMm' | 'canalMm'): LocalisedPlaces => {
    const of = (drawn: readonly LocalisedCase[]) =>
      drawn.flatMap(({ places: each }) =>
        each.flatMap((place) => (key === 'canalMm' && !place.canalDrawn ? [] : [place[key]])),
      );
    const estimates = bootstrap(
      cases,
      (drawn) => {
        const all = of(drawn);
        const found = all.filter((mm) => mm !== null);
        const within = (limit: number) => share(all.map((mm) => mm !== null && mm <= limit));
        const meanMm = found.length === 0 ? null : found.reduce((a, b) => a + b) / found.length;
        return { within3Mm: within(3), within6Mm: within(6), meanMm };
      },
      options,
    );
    return { count: of(cases).length, ...estimates };
  };
  const doubted = cases.filter(({ codes }) => codes.includes('numbering-uncertain'));
  return {
    cases: cases.length,
    localised: cases.filter(({ localised }) => localised).length,
    ...bootstrap(
      cases,
      (drawn) => ({ numberedRight: share(drawn.map(({ numberedRight }) => numberedRight)) }),
      options,
    ),
    doubted: {
      count: doubted.length,
      wrong: doubted.filter(({ numberedRight }) => !numberedRight).length,
    },
    disc: places('discMm'),
    canal: places('canalMm'),
  };
}
