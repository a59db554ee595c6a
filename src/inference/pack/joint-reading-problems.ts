import { LEVELS } from '../../domain/level.ts';
import { CONDITIONS, TARGETS, targetKey } from '../../domain/target.ts';
import { type JointReadingSpec, relationOf, sameRelation } from './joint-reading-spec.ts';

/** What a manifest's joint reading lacks to read any study, one line each. */
export function jointReadingProblems({ expected, relations }: JointReadingSpec): string[] {
  const places = CONDITIONS.flatMap((condition) => LEVELS.map((level) => ({ condition, level })));
  const missing = places.filter(
    ({ condition, level }) => !expected.some((each) => each.condition === condition && each.level === level),
  );
  const lacking = TARGETS.flatMap((of) =>
    TARGETS.filter((other) => targetKey(other) !== targetKey(of))
      .map((other) => relationOf(of, other))
      .filter((relation) => !relations.some((each) => sameRelation(each, relation)))
      .map(({ other, sides, levels }) => `${of.condition}, ${other}, ${sides}, ${levels}`),
  );
  return [
    ...missing.map(({ condition, level }) => `/jointReading/expected lacks ${condition} at ${level}`),
    ...[...new Set(lacking)].map((relation) => `/jointReading/relations lacks ${relation}`),
  ];
}
