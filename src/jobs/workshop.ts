import type { Database } from '../database/sql.ts';
import type { CodeOf } from '../domain/catalogue.ts';
import type { Events } from '../observe/events/events.ts';
import type { Gate } from '../process/gate.ts';
import type { WorkInHand } from '../process/work-in-hand.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import type { CancelledRuns } from './cancelled-runs.ts';
import type { JobBoard } from './job-board.ts';
import type { Run } from './ledger/run.ts';
import type { RunResult } from './run-analysis.ts';

export interface AttemptLimits {
  /** Attempts after the first before a retryable fault is final. */
  readonly retryLimit: number;
  /** Wait before the second attempt; doubled before each further one. */
  readonly retryDelayMs: number;
  /** Limit of one attempt, 23 hours at most. */
  readonly timeoutMs: number;
}

/** Whether what every study needs can be asked: the archive, and an inference server where networks run on one. */
export type WorkGate = Gate<CodeOf<'fault'>>;

/** Wraps each run from outside, from its beginning until ledger and queue know how it ended. */
export type ObserveRun = (run: Run, work: () => Promise<RunResult>) => Promise<RunResult>;

/** What a worker has to work with. */
export interface Workshop {
  readonly database: Database;
  readonly board: JobBoard;
  readonly events: Events;
  readonly limits: AttemptLimits;
  readonly analyze: AnalyzeStudy;
  readonly observeRun: ObserveRun;
  /** Null: every fault of what it stands for is held against the study. */
  readonly gate: WorkGate | null;
  readonly hand: WorkInHand;
  /** The runs under way; a run is in it as long as the ledger has it running. */
  readonly running: Set<string>;
  readonly cancels: Pick<CancelledRuns, 'begin' | 'end'>;
  /** Aborted when nothing new may begin. */
  readonly rest: AbortSignal;
  /** Aborted when running analyses have to go back to the queue. */
  readonly stop: AbortSignal;
}
