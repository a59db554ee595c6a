import type { BootstrapOptions } from './measures/bootstrap.ts';
import { type GradingSummary, summariseGrading } from './measures/summarise.ts';
import { type LabelSummary, summariseLabels } from './measures/summarise-labels.ts';
import { type LocalisationSummary, summariseLocalisation } from './measures/summarise-localisation.ts';
import type { StudyOutcome } from './study-outcome.ts';
import type { Posteriors } from './tables/graded-row.ts';

export interface StudyReasons {
  readonly studyId: string;
  readonly reasons: readonly string[];
}

export interface Evaluation {
  readonly studies: {
    readonly graded: number;
    /** Targets with a reference grade that were graded. */
    readonly labelledTargets: number;
    /** Targets with a reference grade that the pack left out in graded studies. */
    readonly ungradedTargets: number;
    /** The service would refuse these; no figure counts them. */
    readonly ineligible: readonly StudyReasons[];
    /** A fault, not a property of the study. */
    readonly failed: readonly StudyReasons[];
    /** There is no reference to compare with; they were not run. */
    readonly unlabelled: readonly string[];
    /** Graded, but with a shortcoming. */
    readonly warned: readonly StudyReasons[];
  };
  readonly grading: GradingSummary;
  /** Null where the pack has no multi-label network. */
  readonly labels: LabelSummary | null;
  readonly localisation: LocalisationSummary;
}

export interface EvaluationRun {
  readonly evaluation: Evaluation;
  /** In the order of the studies. */
  readonly outcomes: readonly StudyOutcome[];
  /** row_id → probabilities of every target of every graded study. */
  readonly submission: readonly (readonly [rowId: string, Posteriors])[];
}

/**
 * Runs studies 0 … count − 1. Every evaluator takes the next study when it is done with one; what comes out, in the
 * order of the studies, does not depend on how many there are.
 */
export async function runStudies<Outcome>(
  evaluators: readonly ((index: number) => Promise<Outcome>)[],
  count: number,
  onStudy: (done: number, of: number) => void,
): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(count);
  let [next, done] = [0, 0];
  onStudy(0, count);
  const takeTurns = async (evaluate: (index: number) => Promise<Outcome>) => {
    while (next < count) {
      const index = next++;
      outcomes[index] = await evaluate(index);
      onStudy(++done, count);
    }
  };
  await Promise.all(evaluators.map(takeTurns));
  return outcomes;
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
