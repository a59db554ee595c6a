import type { GradedStudy, IneligibleStudy } from '../domain/assessment.ts';
import type { ObserveStage } from '../domain/stage.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { KeptResults } from './result-outbox.ts';

/** What the analysis of a study comes to. */
export type AnalysisOutcome =
  | { readonly kind: 'stored'; readonly graded: GradedStudy; readonly results: KeptResults }
  /** `notice`: the report in the archive that says so, where the installation wants one. */
  | (IneligibleStudy & { readonly notice?: KeptResults });

/** The pipeline, as those who run it see it. */
export type AnalyzeStudy = (
  study: StudyInstanceUid,
  run: { readonly signal: AbortSignal; readonly observe: ObserveStage },
) => Promise<AnalysisOutcome>;
