import { LEVELS, type Level } from '../../domain/level.ts';
import type { Condition, Target } from '../../domain/target.ts';

/** Of two grades: Moderate and Severe, or Moderate or worse and Severe. */
export type Pair = readonly [number, number];

/**
 * What a study's other grades say of one: a log-linear model learned from rows of grades alone (Besag's pseudo-likelihood,
 * J R Stat Soc D 1975), tied over levels and sides.
 */
export interface JointReadingSpec {
  /** How much it counts against the images; 0 leaves a condition as it was read. */
  readonly strength: Readonly<Record<Condition, number>>;
  /** Of each condition at each level: how often it is Moderate or worse, and Severe; and a constant of its two scores. */
  readonly expected: readonly {
    readonly condition: Condition;
    readonly level: Level;
    readonly share: Pair;
    readonly offset: Pair;
  }[];
  readonly relations: readonly Relation[];
}

/** How another target stands to the one that is read, and what it adds to its scores. */
export interface Relation {
  readonly of: Condition;
  readonly other: Condition;
  /** Of the other as seen from it; none where one of them is the canal. */
  readonly sides: 'same' | 'other' | 'none';
  /** Levels between them; 2: two or more. */
  readonly levels: 0 | 1 | 2;
  /** Two rows, of Moderate or worse and of Severe: what each adds to the scores of Moderate and Severe. */
  readonly weights: readonly [Pair, Pair];
}

/** Levels further apart count alike. */
const FAR = 2;

/** How `other` stands to `of`. */
export function relationOf(of: Target, other: Target): Omit<Relation, 'weights'> {
  const sides = of.side === null || other.side === null ? 'none' : of.side === other.side ? 'same' : 'other';
  const between = Math.abs(LEVELS.indexOf(of.level) - LEVELS.indexOf(other.level));
  return {
    of: of.condition,
    other: other.condition,
    sides,
    levels: Math.min(FAR, between) as Relation['levels'],
  };
}

export function sameRelation(a: Omit<Relation, 'weights'>, b: Omit<Relation, 'weights'>): boolean {
  return a.of === b.of && a.other === b.other && a.sides === b.sides && a.levels === b.levels;
}
