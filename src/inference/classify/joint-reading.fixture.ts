import { LEVELS } from '../../domain/level.ts';
import { CONDITIONS, TARGETS } from '../../domain/target.ts';
import {
  type JointReadingSpec,
  type Pair,
  type Relation,
  relationOf,
  sameRelation,
} from '../pack/joint-reading-spec.ts';

const NOTHING: readonly [Pair, Pair] = [
  [0, 0],
  [0, 0],
];

/** Every relation there is: those that `weights` gives any to say that, the others nothing. */
export function jointReading(
  strength: number,
  weights: (relation: Omit<Relation, 'weights'>) => readonly [Pair, Pair] | null,
): JointReadingSpec {
  const between = TARGETS.flatMap((of) =>
    TARGETS.filter((other) => other !== of).map((other) => relationOf(of, other)),
  );
  const distinct = between.filter((one, i) => between.findIndex((each) => sameRelation(each, one)) === i);
  return {
    strength: {
      spinal_canal_stenosis: strength,
      neural_foraminal_narrowing: strength,
      subarticular_stenosis: 0,
    },
    expected: CONDITIONS.flatMap((condition) =>
      LEVELS.map((level) => ({ condition, level, share: [0.2, 0.1] as const, offset: [0, 0] as const })),
    ),
    relations: distinct.map((relation) => ({ ...relation, weights: weights(relation) ?? NOTHING })),
  };
}
