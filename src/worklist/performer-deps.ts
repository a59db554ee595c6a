import type { SeriesSummary } from '../dicomweb/archive.ts';
import type { Worklist } from '../dicomweb/ups/worklist.ts';
import type { Code } from '../domain/catalogue.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { AnalysisRecord } from '../jobs/analysis-record.ts';
import type { AnalysisRequest } from '../jobs/analysis-request.ts';
import type { ClaimStore, StepOutcome } from './claim.ts';
import type { Coded } from './coded.ts';
import type { WhichSteps } from './which-steps.ts';

/** What happened, for logs and metrics. */
export type WorklistEvent =
  | { readonly kind: 'step-claimed'; readonly workitem: SopInstanceUid }
  /** Somebody else was quicker. */
  | { readonly kind: 'step-taken'; readonly workitem: SopInstanceUid }
  | { readonly kind: 'step-submitted'; readonly workitem: SopInstanceUid; readonly study: StudyInstanceUid }
  | { readonly kind: 'step-cancel-asked'; readonly workitem: SopInstanceUid }
  | {
      readonly kind: 'step-ended';
      readonly workitem: SopInstanceUid;
      readonly outcome: StepOutcome;
      readonly codes: readonly Code[];
    }
  /** What concerns one step did not come to its end; it is gone on with. */
  | { readonly kind: 'step-failed'; readonly workitem: SopInstanceUid; readonly error: unknown }
  | { readonly kind: 'polled'; readonly found: number; readonly claims: number }
  | { readonly kind: 'poll-failed'; readonly error: unknown; readonly retryInMs: number }
  | { readonly kind: 'channel-open' }
  | { readonly kind: 'channel-ended'; readonly why: string; readonly error: unknown };

export interface PerformerDeps {
  readonly worklist: Pick<Worklist, 'search' | 'retrieve' | 'update' | 'changeState'>;
  readonly store: ClaimStore;
  /** Every series of a study in the archive; none where it is not there. */
  findSeries(study: StudyInstanceUid, signal: AbortSignal): Promise<readonly SeriesSummary[]>;
  readonly analyses: {
    /**
     * @returns the id of the analysis, new or joined.
     * @throws AnalysisUnderWayError where one of the study is open that was asked for otherwise.
     */
    submit(study: StudyInstanceUid, request: AnalysisRequest): Promise<string>;
    find(id: string): Promise<AnalysisRecord | null>;
    /** Resolves also where it is too late, or over: what becomes of it `find` says. */
    cancel(id: string): Promise<void>;
  };
  readonly clock: {
    now(): Date;
    elapsedMs(): number;
    /** Resolves or rejects at once when the signal aborts. */
    sleep(ms: number, signal: AbortSignal): Promise<void>;
  };
  /** A new UID, for nobody to guess. */
  newUid(): string;
  onEvent(event: WorklistEvent): void;
}

export interface PerformerSettings {
  readonly which: WhichSteps;
  /** As which it performs. */
  readonly station: Coded;
  readonly pollMs: number;
  /** Longest wait between polls while they fail. */
  readonly maxBackoffMs: number;
  /** Steps held at a time: others are for other performers. */
  readonly mostClaims: number;
  /** WADO-RS root of the archive: input below it is ours, and output is told by it. */
  readonly archiveUrl: string;
  /** STOW-RS root of the archive: a step whose results belong elsewhere is not performed. */
  readonly storesAt: string;
}
