import { DISC_LABELS } from '../../domain/assessment.ts';
import { CONDITIONS } from '../../domain/target.ts';
import { variantInWords } from '../../phantom/anatomy/spine-variant.ts';
import type { EvaluationStudies } from '../evaluation-sources.ts';
import type { Estimate } from '../measures/bootstrap.ts';
import type { GroupSummary } from '../measures/summarise.ts';
import type { EvaluationDescription } from '../page/evaluation-description.ts';
import type { Evaluation } from '../run-evaluation.ts';

/** What `cli evaluate --json` writes. */
export type EvaluationJson = EvaluationDescription & Evaluation;

/** Evaluations that cannot stand in one table. */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError';
}

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

function packsTable(evaluations: readonly EvaluationJson[]): string {
  return table(
    ['pack', 'studies graded', 'targets graded', 'competition score', 'weights', 'ms a study'],
    evaluations.map(({ pack, studies, grading, timing }) => [
      `${pack.name} ${pack.version}`,
      `${studies.graded} of ${studies.graded + studies.ineligible.length + studies.failed.length}`,
      String(studies.labelledTargets),
      grading.competition.notScored === null && studies.labelledTargets > 0
        ? estimate(grading.competition.score)
        : 'not all targets',
      pack.parameters.toLocaleString('en'),
      timing === null ? '–' : `${timing.msPerStudy.toFixed(0)} (${timing.threads} threads)`,
    ]),
  );
}

function gradesTable(evaluations: readonly EvaluationJson[]): string {
  const rows = CONDITIONS.flatMap((condition) =>
    evaluations.flatMap(({ pack, grading }) => {
      const summary = grading.conditions[condition];
      if (summary.rows === 0) return [];
      const row = (name: string, { rows: count, measures }: GroupSummary) => {
        const { logLoss, accuracy, macroF1, aurocModerateOrWorse, calibrationError } = measures;
        const figures = [logLoss, accuracy, macroF1, aurocModerateOrWorse, calibrationError].map(estimate);
        return [condition.replaceAll('_', ' '), name, String(count), ...figures];
      };
      const { sayable } = summary;
      return [
        row(pack.name, summary),
        ...(sayable === null ? [] : [row(`${pack.name}, its own grades`, sayable)]),
      ];
    }),
  );
  return table(
    ['condition', 'pack', 'targets', 'log loss', 'accuracy', 'F1', 'AUROC', 'calibration error'],
    rows,
  );
}

function labelsPart(evaluations: readonly EvaluationJson[]): string[] {
  const rows = DISC_LABELS.flatMap((label) =>
    evaluations.flatMap(({ pack, labels }) => {
      const summary = labels?.labels[label];
      if (summary === undefined || summary.rows === 0) return [];
      const { auroc, accuracy, precision, recall, f1, logLoss } = summary.measures;
      const figures = [logLoss, accuracy, precision, recall, f1, auroc].map(estimate);
      const { presentSaid, presentMissed } = summary.confusion;
      const count = `${presentSaid + presentMissed} of ${summary.rows}`;
      return [[label.replace('_', ' '), pack.name, count, ...figures]];
    }),
  );
  if (rows.length === 0) return [];
  const heads = ['log loss', 'accuracy', 'precision', 'recall', 'F1', 'AUROC'];
  return ['## Labels of the motion segments', table(['label', 'pack', 'present', ...heads], rows)];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function estimate({ value, interval }: Estimate): string {
  if (value === null) return '–';
  return interval === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} (${interval[0].toFixed(3)}–${interval[1].toFixed(3)})`;
}
