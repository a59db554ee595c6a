import type { GradedStudy, IneligibleStudy } from '../domain/assessment.ts';
import type { SeriesOverride } from '../domain/series-role.ts';
import type { ObserveStage } from '../domain/stage.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { KeptResults } from './result-outbox.ts';

/** What the analysis of a study comes to. */
export type AnalysisOutcome =
  | { readonly kind: 'stored'; readonly graded: GradedStudy; readonly results: KeptResults }
  /** `notice`: the report in the archive that says so, where the installation wants one. */
  | (IneligibleStudy & { readonly notice?: KeptResults });

export interface AnalysisRun {
  readonly signal: AbortSignal;
  readonly observe: ObserveStage;
  /** How the study is to be analysed otherwise than ever. */
  readonly asked?: {
    /** Names results of their own, composed anew whatever is known; null: what is known is good. */
    readonly revision: string | null;
    readonly series: SeriesOverride;
  };
  /**
   * Tells the outcome before the analysis has ended. Resolves when it is written down, with the signal that ends what is
   * done afterwards; rejects when it is not. By default nobody waits for the outcome but for the end.
   */
  readonly conclude?: (outcome: AnalysisOutcome) => Promise<AbortSignal>;
}

/** The pipeline, as those who run it see it. */
export type AnalyzeStudy = (study: StudyInstanceUid, run: AnalysisRun) => Promise<AnalysisOutcome>;
