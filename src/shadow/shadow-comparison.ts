import { GRADES } from '../domain/grade.ts';
import { LEVELS, type Level } from '../domain/level.ts';
import { SHADOW_OUTCOMES, type ShadowOutcome } from '../domain/pack-agreement.ts';
import { CONDITIONS, type Condition } from '../domain/target.ts';
import type { ConfusionMatrix } from '../evaluation/measures/confusion-matrix.ts';
import { quadraticKappa } from '../evaluation/measures/quadratic-kappa.ts';
import { ratio, sum } from '../evaluation/measures/ratio.ts';
import type { PackName } from './compared-study.ts';
import type { CountedStudies, CountedTargets, ShadowStore } from './shadow-store.ts';

/** How two packs agree on some targets. That they agree does not say that either is right. */
export interface AgreementFigures {
  /** Graded by both. */
  readonly targets: number;
  readonly onlyServing: number;
  readonly onlyShadow: number;
  /** Counts: grade of the serving pack (row) by that of the shadow pack (column), both in GRADES order. */
  readonly matrix: ConfusionMatrix;
  /** Share of the targets with the same grade; null of none. */
  readonly agreement: number | null;
  /** Cohen's κ with quadratic weights; null where chance alone would agree wholly. */
  readonly quadraticKappa: number | null;
  /** Mean of P(Moderate) + P(Severe) over the targets graded by both; null of none. */
  readonly meanModerateOrWorse: { readonly serving: number | null; readonly shadow: number | null };
}

export interface LevelFigures extends AgreementFigures {
  readonly level: Level;
}

export interface ConditionFigures extends AgreementFigures {
  readonly condition: Condition;
  /** Those with a target, from cranial to caudal. */
  readonly levels: readonly LevelFigures[];
}

/** A pack that reported studies, and one in its shadow. */
export interface PairFigures {
  readonly serving: PackName;
  readonly shadow: PackName;
  readonly from: string;
  readonly to: string;
  readonly studies: Readonly<Record<ShadowOutcome, number>>;
  /** Of the shadow pack for a study that it graded, or found it could not; null of none. */
  readonly shadowMs: { readonly mean: number | null; readonly longest: number | null };
  readonly conditions: readonly ConditionFigures[];
}

export interface ShadowComparison {
  /** ISO 8601. */
  readonly since: string;
  /** In the order of their first study. */
  readonly pairs: readonly PairFigures[];
}

/** What was kept since, in figures. */
export async function shadowComparison(
  store: Pick<ShadowStore, 'count'>,
  since: Date,
): Promise<ShadowComparison> {
  const { studies, targets } = await store.count(since);
  const pairs = Map.groupBy(studies, ({ serving, shadow }) => `${serving.packSha256} ${shadow.packSha256}`);
  return {
    since: since.toISOString(),
    pairs: [...pairs].map(([key, counted]) =>
      pairFigures(
        counted,
        targets.filter(({ servingPack, shadowPack }) => `${servingPack} ${shadowPack}` === key),
      ),
    ),
  };
}

function pairFigures(studies: readonly CountedStudies[], targets: readonly CountedTargets[]): PairFigures {
  const { serving, shadow } = studies[0]!;
  const times = studies.map(({ first, last }) => [first.getTime(), last.getTime()] as const);
  const timed = studies.filter(({ outcome }) => outcome !== 'failed' && outcome !== 'late');
  const counts = SHADOW_OUTCOMES.map((outcome) => [
    outcome,
    sum(studies.filter((each) => each.outcome === outcome).map(({ count }) => count)),
  ]);
  return {
    serving,
    shadow,
    from: new Date(Math.min(...times.map(([first]) => first))).toISOString(),
    to: new Date(Math.max(...times.map(([, last]) => last))).toISOString(),
    studies: Object.fromEntries(counts) as Record<ShadowOutcome, number>,
    shadowMs: {
      mean: ratio(sum(timed.map(({ sumMs }) => sumMs)), sum(timed.map(({ count }) => count))),
      longest: timed.length === 0 ? null : Math.max(...timed.map(({ longestMs }) => longestMs)),
    },
    conditions: CONDITIONS.flatMap((condition) => {
      const of = targets.filter((each) => each.condition === condition);
      return of.length === 0 ? [] : [{ condition, ...agreementFigures(of), levels: levelFigures(of) }];
    }),
  };
}

function levelFigures(targets: readonly CountedTargets[]): readonly LevelFigures[] {
  return LEVELS.flatMap((level) => {
    const of = targets.filter((each) => each.level === level);
    return of.length === 0 ? [] : [{ level, ...agreementFigures(of) }];
  });
}

/** Figures of counted targets, whatever else they differ in. */
export function agreementFigures(
  counted: readonly Pick<CountedTargets, 'serving' | 'shadow' | 'count' | 'sumServing' | 'sumShadow'>[],
): AgreementFigures {
  const both = counted.filter(({ serving, shadow }) => serving !== null && shadow !== null);
  const countOf = (some: typeof counted) => sum(some.map(({ count }) => count));
  const matrix = GRADES.map((_, row) =>
    GRADES.map((_, column) =>
      countOf(both.filter(({ serving, shadow }) => serving === row && shadow === column)),
    ),
  );
  const targets = countOf(both);
  return {
    targets,
    onlyServing: countOf(counted.filter(({ shadow }) => shadow === null)),
    onlyShadow: countOf(counted.filter(({ serving }) => serving === null)),
    matrix,
    agreement: ratio(sum(matrix.map((row, grade) => row[grade]!)), targets),
    quadraticKappa: targets === 0 ? null : quadraticKappa(matrix),
    meanModerateOrWorse: {
      serving: ratio(sum(both.map(({ sumServing }) => sumServing)), targets),
      shadow: ratio(sum(both.map(({ sumShadow }) => sumShadow)), targets),
    },
  };
}
