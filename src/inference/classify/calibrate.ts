import { type GradeProbabilities, gradeProbabilities } from '../../domain/grade.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Calibration, ClassName, GradeHead, LabelHead } from '../pack/classifier-output.ts';

/** That of a sample that lacks just these series; where there is none, that of whole samples. */
export function calibrationFor(
  { calibration, calibrationWithout = [] }: GradeHead | LabelHead,
  missing: readonly SeriesRole[],
): Calibration {
  return (
    calibrationWithout.find(
      ({ roles }) => roles.length === missing.length && roles.every((role) => missing.includes(role)),
    ) ?? calibration
  );
}

/** softmax(logits / temperature + bias), one a class. */
export function calibratedSoftmax(logits: ArrayLike<number>, { temperature, bias }: Calibration): number[] {
  const scores = bias.map((b, i) => logits[i]! / temperature + b);
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** sigmoid(logit / temperature + bias). */
export function calibratedSigmoid(logit: number, { temperature, bias }: Calibration): number {
  return 1 / (1 + Math.exp(-(logit / temperature + bias[0]!)));
}

/** Posteriors of the three grades from those of a network's classes. */
export function mergeClasses(
  classes: readonly ClassName[],
  posteriors: readonly number[],
): GradeProbabilities {
  const of = (...names: readonly ClassName[]) =>
    classes.reduce((sum, name, i) => (names.includes(name) ? sum + posteriors[i]! : sum), 0);
  return gradeProbabilities([of('Normal', 'Mild', 'Normal/Mild'), of('Moderate'), of('Severe')]);
}
