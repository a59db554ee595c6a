import type { Evaluation, StudyReasons } from './evaluation.ts';
import type { BootstrapOptions } from './measures/bootstrap.ts';
import { summariseGrading } from './measures/summary/summarise-grading.ts';
import { summariseLabels } from './measures/summary/summarise-labels.ts';
import { summariseLocalisation } from './measures/summary/summarise-localisation.ts';
import type { StudyOutcome } from './study-outcome.ts';
import type { Posteriors } from './tables/graded-row.ts';

export interface EvaluationRun {
  readonly evaluation: Evaluation;
  /** In the order of the studies. */
  readonly outcomes: readonly StudyOutcome[];
  /** row_id → probabilities of every target of every graded study. */
  readonly submission: readonly (readonly [rowId: string, Posteriors])[];
}

/** The figures of one pack's outcomes. */
export function summariseRun(outcomes: readonly StudyOutcome[], options: BootstrapOptions): EvaluationRun {
  const graded = outcomes.filter((outcome) => outcome.kind === 'graded');
  const named = (kind: 'ineligible' | 'failed') =>
    outcomes.flatMap((outcome): StudyReasons[] =>
      outcome.kind === kind ? [{ studyId: outcome.studyId, reasons: outcome.reasons }] : [],
    );
  const sum = (of: (study: (typeof graded)[number]) => number) =>
    graded.reduce((total, study) => total + of(study), 0);
  const ungradedTargets = sum((study) => study.ungraded);
  const evaluation: Evaluation = {
    studies: {
      graded: graded.length,
      labelledTargets: sum((study) => study.rows.length),
      ungradedTargets,
      ineligible: named('ineligible'),
      failed: named('failed'),
      unlabelled: outcomes.filter(({ kind }) => kind === 'unlabelled').map(({ studyId }) => studyId),
      warned: graded
        .filter(({ warnings }) => warnings.length > 0)
        .map(({ studyId, warnings }) => ({ studyId, reasons: warnings })),
    },
    grading: summariseGrading(graded, ungradedTargets, options),
    labels: summariseLabels(graded, options),
    localisation: summariseLocalisation(graded, options),
  };
  return { evaluation, submission: graded.flatMap((study) => study.submission), outcomes };
}
