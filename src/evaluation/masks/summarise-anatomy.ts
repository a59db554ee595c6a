import { quantile } from '../../domain/quantile.ts';
import type { Structure } from '../../domain/structure.ts';
import type { SegmentedPlane } from '../../inference/pack/segmenter-spec.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from '../measures/bootstrap.ts';
import type { AnatomyOutcome } from './anatomy-outcome.ts';
import { type ComparedMeasure, JUDGED_MEASURES, type JudgedMeasure } from './judged-measures.ts';
import { type LocaliserSummary, summariseLocalised } from './summarise-localised.ts';

/** A disc counts as found within this distance of its centre. */
export const DISC_WITHIN_MM = 3;
/** Between limits of agreement lie 95 % of differences (Bland and Altman, Lancet 1986). */
const LIMITS = 1.96;

/** Of one structure in one plane, over all cases. */
export interface StructureSummary {
  readonly plane: SegmentedPlane;
  readonly structure: Structure;
  readonly dice: Estimate;
  /** Mean over cases of the 95th percentile of the distances between the borders. */
  readonly surface95Mm: Estimate;
}

/** Of one measure: what was found against what the drawn or exact outline gives, in its unit. */
export interface MeasureSummary {
  readonly measure: JudgedMeasure;
  /** Where both are there. */
  readonly count: number;
  readonly medianOff: Estimate;
  /** As a share of the true value. */
  readonly medianOffShare: Estimate;
  readonly meanDifference: Estimate;
  readonly lowerLimit: Estimate;
  readonly upperLimit: Estimate;
  /** Absent, though the drawn outline can be measured; and there, though it cannot. */
  readonly missed: number;
  readonly unfounded: number;
}

/** Every figure of one pack on masked slices or phantoms. */
export interface AnatomyEvaluation {
  readonly cases: number;
  readonly slices: number;
  readonly structures: readonly StructureSummary[];
  readonly discs: { readonly count: number; readonly within: Estimate; readonly medianMm: Estimate };
  readonly measures: readonly MeasureSummary[];
  /** Of masked cases; null of phantoms, whose levels are given. */
  readonly localiser: LocaliserSummary | null;
}

/** @param outcomes one a case, the unit that is resampled. */
export function summariseAnatomy(
  outcomes: readonly AnatomyOutcome[],
  options: BootstrapOptions,
): AnatomyEvaluation {
  const kinds = new Map(
    outcomes.flatMap(({ structures }) =>
      structures.map(({ plane, structure }) => [`${plane} ${structure}`, { plane, structure }] as const),
    ),
  );
  const discs = bootstrap(
    outcomes,
    (drawn) => {
      const all = drawn.flatMap(({ discsMm }) => discsMm);
      const found = all.filter((mm) => mm !== null);
      return {
        within: all.length === 0 ? null : found.filter((mm) => mm <= DISC_WITHIN_MM).length / all.length,
        medianMm: median(found),
      };
    },
    options,
  );
  return {
    cases: outcomes.length,
    slices: outcomes.reduce((sum, { slices }) => sum + slices, 0),
    structures: Array.from(kinds.values(), (kind) => ({
      ...kind,
      ...structureFigures(outcomes, kind, options),
    })),
    discs: { count: outcomes.flatMap(({ discsMm }) => discsMm).length, ...discs },
    measures: JUDGED_MEASURES.filter((measure) => outcomes.some((each) => of(each, measure).length > 0)).map(
      (measure) => measureSummary(outcomes, measure, options),
    ),
    localiser: summariseLocalised(
      outcomes.flatMap(({ localiser }) => localiser ?? []),
      options,
    ),
  };
}

function structureFigures(
  outcomes: readonly AnatomyOutcome[],
  { plane, structure }: Pick<StructureSummary, 'plane' | 'structure'>,
  options: BootstrapOptions,
) {
  return bootstrap(
    outcomes,
    (drawn) => {
      const own = drawn.flatMap(({ structures }) =>
        structures.filter((each) => each.plane === plane && each.structure === structure),
      );
      const sum = (key: 'both' | 'found' | 'drawn') => own.reduce((total, each) => total + each[key], 0);
      const either = sum('found') + sum('drawn');
      const surface = own.flatMap(({ surface95Mm }) => surface95Mm ?? []);
      return {
        dice: either === 0 ? null : (2 * sum('both')) / either,
        surface95Mm: surface.length === 0 ? null : mean(surface),
      };
    },
    options,
  );
}

const of = ({ measures }: AnatomyOutcome, measure: JudgedMeasure): readonly ComparedMeasure[] =>
  measures.filter((each) => each.measure === measure);

function measureSummary(
  outcomes: readonly AnatomyOutcome[],
  measure: JudgedMeasure,
  options: BootstrapOptions,
): MeasureSummary {
  const all = outcomes.flatMap((each) => of(each, measure));
  const figures = bootstrap(
    outcomes,
    (drawn) => {
      const pairs = both(drawn.flatMap((each) => of(each, measure)));
      const off = pairs.map(([found, truth]) => found - truth);
      const spread = off.length < 2 ? null : Math.sqrt(mean(off.map((each) => (each - mean(off)) ** 2)));
      const middle = off.length === 0 ? null : mean(off);
      const limit = (sign: 1 | -1) =>
        middle === null || spread === null ? null : middle + sign * LIMITS * spread;
      return {
        medianOff: median(off.map(Math.abs)),
        medianOffShare: median(pairs.map(([found, truth]) => Math.abs(found / truth - 1))),
        meanDifference: middle,
        lowerLimit: limit(-1),
        upperLimit: limit(1),
      };
    },
    options,
  );
  return {
    measure,
    count: both(all).length,
    ...figures,
    missed: all.filter(({ found, truth }) => found === null && truth !== null).length,
    unfounded: all.filter(({ found, truth }) => found !== null && truth === null).length,
  };
}

function both(all: readonly ComparedMeasure[]): readonly (readonly [found: number, truth: number])[] {
  return all.flatMap(({ found, truth }) =>
    found === null || truth === null ? [] : [[found, truth] as const],
  );
}

const median = (values: readonly number[]) => (values.length === 0 ? null : quantile(values, 0.5));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
