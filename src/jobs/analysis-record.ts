import type { GradedStudy } from '../domain/assessment.ts';
import type { FaultCode } from '../domain/fault.ts';
import type { StoredRemark } from '../domain/remark.ts';
import type { SeriesDecision } from '../domain/series-decision.ts';
import type { SeriesOverride } from '../domain/series-role.ts';
import type { Stage } from '../domain/stage.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { WatchOccasion } from '../domain/watch-occasion.ts';
import type { KeptObject, ReportReference } from '../results/result-outbox.ts';
import type { Priority } from './analysis-request.ts';

/** Who asked for an analysis. */
export type Trigger = 'api' | 'watch' | 'worklist';

/** `queued` and `running` are open; the others are final. */
export const ANALYSIS_STATES = ['queued', 'running', 'stored', 'ineligible', 'failed', 'cancelled'] as const;
export type AnalysisState = (typeof ANALYSIS_STATES)[number];

/** An attempt that ended in a fault. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** ISO 8601; the beginning null where an earlier version ran it. */
  readonly startedAt: string | null;
  readonly endedAt: string;
  readonly failure: AnalysisFailure;
}

/** Why an attempt, or the whole analysis, came to nothing. */
export interface AnalysisFailure {
  /** Null when the fault lay outside every stage. */
  readonly stage: Stage | null;
  /** Null where the catalogue has none for it. */
  readonly code: FaultCode | null;
  /** In words, beginning with the stage; free of patient data. */
  readonly reason: string;
  /** Whether asking for the analysis again can help. */
  readonly retryable: boolean;
}

/** What the ledger knows of one analysis. */
export interface AnalysisRecord {
  /** UUID. */
  readonly id: string;
  readonly studyInstanceUid: StudyInstanceUid;
  readonly trigger: Trigger;
  /** Why the watcher submitted the study; null where it was not the watcher, or an earlier version. */
  readonly submitReason: WatchOccasion['why'] | null;
  readonly waitedMs: WatchOccasion['waitedMs'];
  readonly priority: Priority;
  /** Whether results are composed and stored anew although nothing changed. */
  readonly forced: boolean;
  /** Of whoever asked, for people. */
  readonly note: string | null;
  readonly seriesOverride: SeriesOverride;
  readonly state: AnalysisState;
  /** A running analysis that is to end at its next wait. */
  readonly cancelRequested: boolean;
  /** The stage begun last; null before the first. */
  readonly stage: Stage | null;
  /** Runs begun. */
  readonly attempts: number;
  /** Attempts that ended in a fault, the latest last; 50 at most. */
  readonly failedAttempts: readonly FailedAttempt[];
  /** When somebody took note that it failed. */
  readonly acknowledgedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null while the analysis is open. */
  readonly finishedAt: Date | null;
  /** Of the latest attempt while the analysis is open, final once it has failed; null otherwise. */
  readonly failure: AnalysisFailure | null;
  /** Why the study is ineligible; empty in every other state. */
  readonly reasons: readonly StoredRemark[];
  /** Known once the analysis is stored or ineligible. */
  readonly series: readonly SeriesDecision[];
  /** Known once the analysis is stored. */
  readonly graded: GradedStudy | null;
  /** The Structured Report in the archive, where one was written. */
  readonly report: (ReportReference & { readonly analysisKey: string }) | null;
  /** Every object in the archive, the report among them; empty before the analysis is final. */
  readonly objects: readonly Pick<KeptObject, 'kind' | 'seriesInstanceUid' | 'sopInstanceUid' | 'warning'>[];
  /** Reports of the study that this one replaces, the latest first. */
  readonly predecessors: readonly ReportReference[];
  /** Milliseconds by stage, of the latest attempt. */
  readonly stagesMs: Readonly<Record<string, number>>;
}
