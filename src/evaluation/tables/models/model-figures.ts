import { DISC_LABELS } from '../../../domain/assessment.ts';
import { CONDITIONS } from '../../../domain/target.ts';
import type { Evaluation } from '../../evaluation.ts';
import type { GroupSummary } from '../../measures/summary/summarise-condition.ts';
import type { EvaluationDescription } from '../../page/evaluation-description.ts';
import { estimate } from './estimate-cell.ts';
import { markdownTable } from './markdown-table.ts';

/** What `cli evaluate --json` writes. */
export type EvaluationJson = EvaluationDescription & Evaluation;

/** What was graded of the studies by each pack, and how fast. */
export function packsTable(evaluations: readonly EvaluationJson[]): string {
  return markdownTable(
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

/** The chief measures of every condition and pack. */
export function gradesTable(evaluations: readonly EvaluationJson[]): string {
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
  return markdownTable(
    ['condition', 'pack', 'targets', 'log loss', 'accuracy', 'F1', 'AUROC', 'calibration error'],
    rows,
  );
}

/** The measures of every label and pack, with a heading; nothing where no pack observes labels. */
export function labelsPart(evaluations: readonly EvaluationJson[]): string[] {
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
  return ['## Labels of the motion segments', markdownTable(['label', 'pack', 'present', ...heads], rows)];
}
