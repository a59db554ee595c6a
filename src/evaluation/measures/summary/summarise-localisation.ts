import { LEVELS, type Level } from '../../../domain/level.ts';
import { quantile } from '../../../domain/quantile.ts';
import type { EvaluatedStudy } from '../../evaluate-study.ts';
import type { PlaceError } from '../../place-error.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from '../bootstrap.ts';

export interface PlaceSummary {
  readonly count: number;
  readonly meanMm: Estimate;
  readonly medianMm: Estimate;
  readonly p95Mm: number | null;
  readonly worstMm: number | null;
  /** Within the slice a reader marked; null for places known in space. */
  readonly meanInSliceMm: number | null;
}

export interface PlaceKindSummary extends PlaceSummary {
  readonly levels: Readonly<Record<Level, PlaceSummary>>;
}

export interface LocalisationSummary {
  /** Null without places of the kind to compare with. */
  readonly disc: PlaceKindSummary | null;
  readonly canal: PlaceKindSummary | null;
  /** Studies in which a place found lies nearer to another level's true place than to its own. */
  readonly misnumbered: readonly string[];
}

type PlacedStudy = Pick<EvaluatedStudy, 'studyId' | 'placeErrors' | 'numberedRight'>;

/** Localisation error per kind of place and level, with intervals from resampled studies. */
export function summariseLocalisation(
  studies: readonly PlacedStudy[],
  options: BootstrapOptions,
): LocalisationSummary {
  const kind = (name: PlaceError['kind']): PlaceKindSummary | null => {
    const errors = studies.map((study) => study.placeErrors.filter((error) => error.kind === name));
    if (errors.flat().length === 0) return null;
    const atLevel = (level: Level) =>
      errors.map((ofStudy) => ofStudy.filter((error) => error.level === level));
    const levels = LEVELS.map((level) => [level, summary(atLevel(level), options)] as const);
    return {
      ...summary(errors, options),
      levels: Object.fromEntries(levels) as Record<Level, PlaceSummary>,
    };
  };
  return {
    disc: kind('disc'),
    canal: kind('canal'),
    misnumbered: studies.filter((study) => !study.numberedRight).map((study) => study.studyId),
  };
}

/** @param studies the errors of each study. */
function summary(studies: readonly (readonly PlaceError[])[], options: BootstrapOptions): PlaceSummary {
  const errors = studies.flat().map((error) => error.errorMm);
  const inSlice = studies.flat().flatMap((error) => error.inSliceMm ?? []);
  const { meanMm, medianMm } = bootstrap(
    studies,
    (drawn) => {
      const values = drawn.flat().map((error) => error.errorMm);
      return { meanMm: mean(values), medianMm: values.length === 0 ? null : quantile(values, 0.5) };
    },
    options,
  );
  return {
    count: errors.length,
    meanMm,
    medianMm,
    p95Mm: errors.length === 0 ? null : quantile(errors, 0.95),
    worstMm: errors.length === 0 ? null : Math.max(...errors),
    meanInSliceMm: mean(inSlice),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}
