import { LEVEL_TARGETS } from '../../domain/target.ts';
import type { ClassifierSpec } from './classifier-spec.ts';

/** What is wrong with the calibrations of the heads. */
function calibrationProblems({ inputs, mask, output }: ClassifierSpec): string[] {
  const classes = output.activation === 'softmax' ? output.classes.length : 1;
  const read = new Set(inputs.flatMap(({ views }) => views).map(({ role }) => role));
  return output.heads.flatMap(({ calibration, calibrationWithout = [] }, h) => {
    const places = calibrationWithout.map((each, i) => [`calibrationWithout/${i}`, each] as const);
    const lacks = calibrationWithout.map(({ roles }) => [...roles].sort().join());
    return [
      ...[['calibration', calibration] as const, ...places].flatMap(([place, { bias }]) =>
        bias.length === classes
          ? []
          : [`/heads/${h}/${place}/bias has ${bias.length} values, not ${classes}`],
      ),
      ...places.flatMap(([place, { roles }]) => [
        ...roles
          .filter((role) => !read.has(role))
          .map((role) => `/heads/${h}/${place}/roles: no view reads ${role}`),
        ...(roles.length < read.size ? [] : [`/heads/${h}/${place}/roles: nothing is left to be read`]),
      ]),
      ...(new Set(lacks).size < lacks.length
        ? [`/heads/${h}/calibrationWithout: a lack is there twice`]
        : []),
      ...(places.length > 0 && mask === undefined
        ? [`/heads/${h}/calibrationWithout: a network without a mask reads whole samples only`]
        : []),
    ];
  });
}

/**
 * What contradicts itself in the output of a classifier, one line each: a JSON pointer below the output, then
 * words.
 */
export function outputProblems(spec: ClassifierSpec): string[] {
  const { sample, output } = spec;
  const problems = calibrationProblems(spec);
  if (output.activation === 'sigmoid') {
    const labels = output.heads.map(({ label }) => label);
    return new Set(labels).size < labels.length ? [...problems, '/heads: a label is there twice'] : problems;
  }
  if (output.classes.includes('Normal/Mild') && output.classes.some((c) => c === 'Normal' || c === 'Mild')) {
    problems.push('/classes: Normal and Mild are part of Normal/Mild');
  }
  const keys = output.heads.map(({ condition, side }) => `${condition} ${side}`);
  if (new Set(keys).size < keys.length) problems.push('/heads: a target is there twice');
  for (const [h, { condition, side }] of output.heads.entries()) {
    const known = LEVEL_TARGETS.some(
      (target) => target.condition === condition && target.side === (side === 'near' ? 'left' : side),
    );
    if (!known) problems.push(`/heads/${h}: ${condition} is not graded with side ${side}`);
    const fits = side === null || (side === 'near') === (sample === 'level-side');
    if (!fits) problems.push(`/heads/${h}: side ${side} does not fit samples of kind ${sample}`);
  }
  return problems;
}
