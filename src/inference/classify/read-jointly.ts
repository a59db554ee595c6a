import { GRADES, type GradeProbabilities, gradeProbabilities } from '../../domain/grade.ts';
import { type Target, targetKey } from '../../domain/target.ts';
import { type JointReadingSpec, type Pair, relationOf, sameRelation } from '../pack/joint-reading-spec.ts';

/** A target and what was read of it. */
export interface Reading extends Target {
  readonly probabilities: GradeProbabilities;
}

const LEAST = 1e-9;

/**
 * The readings of one study sharpened by one another, in their order: log posteriors plus strength times what the grades
 * that are expected of the other targets say. A target that nobody read says nothing; of one that was read twice, the mean.
 */
export function readJointly(
  spec: JointReadingSpec,
  readings: readonly Reading[],
): readonly GradeProbabilities[] {
  const others = surprises(spec, readings);
  return readings.map((reading) => {
    const strength = spec.strength[reading.condition];
    if (strength === 0) return reading.probabilities;
    const [moderate, severe] = pull(spec, reading, others);
    const pulls = [0, strength * moderate, strength * severe];
    const scores = GRADES.map(
      (grade, i) => Math.log(Math.max(reading.probabilities[grade], LEAST)) + pulls[i]!,
    );
    const highest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - highest));
    const sum = powers.reduce((a, b) => a + b);
    return gradeProbabilities(powers.map((power) => power / sum));
  });
}

/** By how much each target's expected grade is above what is usual there. */
function surprises(spec: JointReadingSpec, readings: readonly Reading[]) {
  const byTarget = Map.groupBy(readings, targetKey);
  return [...byTarget.values()].map((read) => {
    const target = read[0]!;
    const mean = (value: (p: GradeProbabilities) => number) =>
      read.reduce((sum, { probabilities }) => sum + value(probabilities), 0) / read.length;
    const { share } = expectedOf(spec, target);
    const above: Pair = [mean((p) => p.Moderate + p.Severe) - share[0], mean((p) => p.Severe) - share[1]];
    return { target, key: targetKey(target), above };
  });
}

function pull(spec: JointReadingSpec, of: Target, others: ReturnType<typeof surprises>): Pair {
  const own = targetKey(of);
  let [moderate, severe] = expectedOf(spec, of).offset;
  for (const { target, key, above } of others) {
    if (key === own) continue;
    const [worse, severely] = weightsBetween(spec, of, target);
    moderate += above[0] * worse[0] + above[1] * severely[0];
    severe += above[0] * worse[1] + above[1] * severely[1];
  }
  return [moderate, severe];
}

function expectedOf({ expected }: JointReadingSpec, { condition, level }: Target) {
  return expected.find((each) => each.condition === condition && each.level === level)!;
}

function weightsBetween({ relations }: JointReadingSpec, of: Target, other: Target) {
  const relation = relationOf(of, other);
  return relations.find((each) => sameRelation(each, relation))!.weights;
}
