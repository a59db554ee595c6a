import { CONDITIONS, type Condition } from '../../../domain/target.ts';
import type { GradedStudyRows } from '../../tables/graded-row.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from '../bootstrap.ts';
import { competitionScore } from '../competition-score.ts';
import { type ConditionSummary, record, restrict, summariseCondition } from './summarise-condition.ts';

export interface GradingSummary {
  readonly competition: {
    /** Why there is no score, null where there is one or there are no studies. */
    readonly notScored: string | null;
    readonly score: Estimate;
    readonly conditions: Readonly<Record<Condition, Estimate>>;
    readonly anySevereCanal: Estimate;
  };
  readonly conditions: Readonly<Record<Condition, ConditionSummary>>;
}

/**
 * Everything said of the grades, sides pooled, with intervals from resampled studies.
 * @param ungradedTargets targets with a reference that the pack did not grade: with any, there is no score.
 */
export function summariseGrading(
  studies: readonly GradedStudyRows[],
  ungradedTargets: number,
  options: BootstrapOptions,
): GradingSummary {
  const notScored =
    ungradedTargets === 0
      ? null
      : `the metric needs every labelled target, and ${ungradedTargets} of them were not graded`;
  const { score, anySevereCanal, ...conditions } = bootstrap(
    studies,
    (drawn) => {
      const result = competitionScore(drawn);
      const score = notScored === null ? result.score : null;
      return { score, anySevereCanal: result.anySevereCanal, ...result.conditions };
    },
    options,
  );
  return {
    competition: { notScored, score, anySevereCanal, conditions },
    conditions: record(CONDITIONS, (condition) =>
      summariseCondition(
        restrict(studies, (row) => row.condition === condition),
        options,
      ),
    ),
  };
}
