import type { GradingSummary } from './measures/summary/summarise-grading.ts';
import type { LabelSummary } from './measures/summary/summarise-labels.ts';
import type { LocalisationSummary } from './measures/summary/summarise-localisation.ts';

/** A study and, in words, why something is to be said of it. */
export interface StudyReasons {
  readonly studyId: string;
  readonly reasons: readonly string[];
}

/** Every figure of one pack on a set of studies. */
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
