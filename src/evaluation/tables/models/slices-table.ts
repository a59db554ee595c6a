import { CONDITIONS } from '../../../domain/target.ts';
import type { GroupSummary } from '../../measures/summary/summarise-condition.ts';
import type { SlicesDescription } from '../../page/slices-page.ts';
import type { SlicesEvaluation } from '../../slices/summarise-slices.ts';
import { ComparisonError } from './comparison-error.ts';
import { estimate } from './estimate-cell.ts';
import { markdownTable } from './markdown-table.ts';

/** What `cli evaluate --slices --json` writes. */
export type SlicesJson = SlicesDescription & SlicesEvaluation;

/**
 * A page in Markdown that compares packs evaluated at the labelled places of slices, whatever folders these lie in.
 * @param files names of the evaluations, for errors.
 * @throws ComparisonError naming the first one of other parts, seed or number of resamples than the first.
 */
export function slicesTable(files: readonly string[], evaluations: readonly SlicesJson[]): string {
  const [first] = evaluations as readonly [SlicesJson, ...SlicesJson[]];
  const made = ({ slices, seed, resamples }: SlicesJson) => JSON.stringify([slices.folds, seed, resamples]);
  for (const [i, each] of evaluations.entries()) {
    if (made(each) === made(first)) continue;
    throw new ComparisonError(`${files[i]}: other parts, seed or resamples than ${files[0]}`);
  }
  const { slices, seed, resamples } = first;
  const studies = slices.folds === null ? 'All studies' : `Parts ${slices.folds.join(', ')} of the studies`;
  const parts = [
    '# Models compared on labelled slices',
    'Research use only. None of these is a medical device.',
    `${studies}; in parentheses the 95 % interval of a bootstrap over studies (seed ${seed}, ${resamples} resamples).`,
    'Balanced accuracy is the mean of the recalls of the grades: what accuracy comes to, in the mean over all resamples, where every grade is as frequent as every other. F1 is the mean over the grades; sides and levels are pooled. A network without a class for a grade gives it probability 0; its second row leaves findings of that grade out.',
    table(evaluations),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table(evaluations: readonly SlicesJson[]): string {
  const rows = CONDITIONS.flatMap((condition) =>
    evaluations.flatMap(({ pack, studies, atLabels }) => {
      const summary = atLabels.conditions[condition];
      if (summary.rows === 0) return [];
      const row = (name: string, { rows: count, measures: m }: GroupSummary) => [
        ...[condition.replaceAll('_', ' '), name, pack.parameters.toLocaleString('en')],
        ...[String(studies), String(count)],
        ...[m.accuracy, m.macroRecall, m.macroF1, m.aurocModerateOrWorse, m.aurocSevere].map(estimate),
      ];
      const { sayable } = summary;
      return [
        row(pack.name, summary),
        ...(sayable === null ? [] : [row(`${pack.name}, its own grades`, sayable)]),
      ];
    }),
  );
  const heads = [
    'condition',
    'pack',
    'weights',
    'studies',
    'findings',
    'accuracy',
    'balanced accuracy',
    'F1',
  ];
  return markdownTable([...heads, 'AUROC, Moderate or worse', 'AUROC, Severe'], rows);
}
