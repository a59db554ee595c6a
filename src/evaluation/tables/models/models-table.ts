import { variantInWords } from '../../../phantom/anatomy/spine-variant.ts';
import type { EvaluationStudies } from '../../sources/evaluation-sources.ts';
import { ComparisonError } from './comparison-error.ts';
import { type EvaluationJson, gradesTable, labelsPart, packsTable } from './model-figures.ts';

/**
 * A page in Markdown that compares packs evaluated on the same studies.
 * @param files names of the evaluations, for errors.
 * @throws ComparisonError naming the first one made on other studies than the first.
 */
export function modelsTable(files: readonly string[], evaluations: readonly EvaluationJson[]): string {
  const [first] = evaluations as readonly [EvaluationJson, ...EvaluationJson[]];
  for (const [i, { source }] of evaluations.entries()) {
    if (JSON.stringify(source) === JSON.stringify(first.source)) continue;
    throw new ComparisonError(`${files[i]}: evaluated on other studies than ${files[0]}`);
  }
  const parts = [
    '# Models compared',
    `Research use only. None of these is a medical device, and none of the figures says anything of patients.`,
    `${inWords(first.source)} Every figure comes from \`cli evaluate\`; in parentheses the 95 % interval of a bootstrap over studies. This page is written by \`cli compare\`.`,
    packsTable(evaluations),
    '## Grades',
    'AUROC is that of Moderate or worse; F1 is the mean over the grades; sides and levels are pooled. A network without a class for a grade gives it probability 0, for which the log loss has no bound (it is clipped at 1e-15); its second row leaves targets of that grade out.',
    gradesTable(evaluations),
    ...labelsPart(evaluations),
  ];
  return `${parts.join('\n\n')}\n`;
}

function inWords({ from, limit, without, crop }: EvaluationStudies): string {
  const studies =
    from.kind === 'phantoms'
      ? `${from.count} synthetic studies of the seeds ${from.seed} to ${from.seed + from.count - 1}, protocols of the family ${from.options.family}, grades as often as the setting ${from.options.prevalence} has them.`
      : `Studies of a folder in the challenge's layout${limit === null ? '' : `, the first ${limit}`}.`;
  const variant = from.kind === 'phantoms' ? variantInWords(from.options.variant ?? {}) : [];
  return [
    studies,
    ...(variant.length === 0 ? [] : [`Spines with ${variant.join(', ')}.`]),
    ...(without.length === 0 ? [] : [`Set aside: ${without.join(', ')}.`]),
    ...(crop === 1 ? [] : [`Of every slice the middle ${crop} of its rows and columns.`]),
  ].join(' ');
}
