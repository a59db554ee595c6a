import { randomUUID } from 'node:crypto';
import type { AnalyzeStudy } from '../analyze-study.ts';
import type { Events } from '../events.ts';
import type { AnalysisFailure } from './analysis-record.ts';
import type { HeldJob, JobBoard } from './job-board.ts';
import {
  beginRun,
  beginStage,
  type Conclusion,
  concludeRun,
  endStage,
  openAnalysis,
  type Run,
  requeueRun,
} from './ledger.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type RunResult, runAnalysis } from './run-analysis.ts';
import type { Database } from './sql.ts';

/** A study that took the process down with it this often is not tried again. */
const INTERRUPTION_LIMIT = 10;

export interface AttemptLimits {
  /** Attempts after the first before a retryable fault is final. */
  readonly retryLimit: number;
  /** Wait before the second attempt; doubled before each further one. */
  readonly retryDelayMs: number;
  /** Limit of one attempt, 23 hours at most. */
  readonly timeoutMs: number;
}

/** What a worker has to work with. */
export interface Workshop {
  readonly database: Database;
  readonly board: JobBoard;
  readonly events: Events;
  readonly limits: AttemptLimits;
  readonly analyze: AnalyzeStudy;
  /** True when nothing new may begin. */
  readonly isStopping: () => boolean;
  /** Aborted when running analyses have to go back to the queue. */
  readonly stop: AbortSignal;
}

/** What a worker does with a job: one run, and one transaction that settles ledger and job together. */
export function jobHandler(workshop: Workshop): (job: HeldJob) => Promise<void> {
  const { database, events, limits, analyze, isStopping, stop } = workshop;
  return async (job) => {
    const run = await beginRun(database, job.analysisId, job.id);
    // Concluded already, under this job or a later one: pg-boss completes the job when we return.
    if (run === null) return;
    // Fetched in the moment of stopping.
    if (isStopping()) return await putBack(workshop, run, job, null, 0);
    if (run.interruptions >= INTERRUPTION_LIMIT) return await conclude(workshop, run, job, givenUp(run));
    events.analysisStarted(run, run.attempt);
    const startedAt = performance.now();
    const result = await runAnalysis(analyze, run, {
      signal: AbortSignal.any([stop, job.signal]),
      timeoutMs: limits.timeoutMs,
      observer: {
        stageBegun: (stage) => beginStage(database, run, stage),
        async stageEnded(stage, ms) {
          await endStage(database, run, stage, ms);
          events.stageFinished(run, stage, ms);
        },
      },
    });
    await settle(workshop, run, job, result, performance.now() - startedAt);
  };
}

async function settle(
  workshop: Workshop,
  run: Run,
  job: HeldJob,
  result: RunResult,
  ms: number,
): Promise<void> {
  const { events, limits, stop } = workshop;
  switch (result.kind) {
    case 'interrupted': {
      // Without the claim nothing may be written: another worker has the job, or will.
      if (!stop.aborted) return events.analysisPutBack(run, 'another process took the job over');
      await putBack(workshop, run, job, null, 0);
      return events.analysisPutBack(run, 'the service is stopping');
    }
    case 'fault': {
      const { failure, error } = result;
      const faults = run.faults + 1;
      if (failure.retryable && faults <= limits.retryLimit) {
        const delayMs = retryDelayMs(limits.retryDelayMs, faults);
        await putBack(workshop, run, job, failure, delayMs);
        return events.analysisRetried(run, failure.stage, delayMs, error);
      }
      const reason = faults > 1 ? `${failure.reason} (given up after ${faults} attempts)` : failure.reason;
      return await conclude(
        workshop,
        run,
        job,
        { kind: 'failed', failure: { ...failure, reason } },
        ms,
        error,
      );
    }
    default:
      return await conclude(workshop, run, job, result, ms);
  }
}

async function putBack(
  { database, board }: Workshop,
  run: Run,
  job: HeldJob,
  failure: AnalysisFailure | null,
  delayMs: number,
): Promise<void> {
  const jobId = randomUUID();
  await database.transaction(async (sql) => {
    if (await requeueRun(sql, run, jobId, failure)) {
      await board.add(sql, { id: jobId, analysisId: run.id, notBefore: new Date(Date.now() + delayMs) });
    }
    await board.complete(sql, job);
  });
}

async function conclude(
  { database, board, events }: Workshop,
  run: Run,
  job: HeldJob,
  conclusion: Conclusion,
  ms = 0,
  error?: unknown,
): Promise<void> {
  const closed = await database.transaction(async (sql) => {
    const closed = await concludeRun(sql, run, conclusion);
    await board.complete(sql, job);
    if (closed?.runAgain) {
      const next = await openAnalysis(sql, run.studyInstanceUid, 'watch');
      if (next.created) await board.add(sql, { id: next.jobId, analysisId: next.id });
    }
    return closed;
  });
  if (closed === null) return events.analysisPutBack(run, 'another process took the job over');
  if (closed.runAgain) board.wake();
  switch (conclusion.kind) {
    case 'stored':
      return events.analysisStored(run, ms);
    case 'ineligible':
      return events.analysisIneligible(run, conclusion.reasons);
    case 'failed': {
      const { stage, retryable, reason } = conclusion.failure;
      return events.analysisFailed(run, stage, retryable, error ?? new Error(reason));
    }
  }
}

function givenUp(run: Run): Conclusion {
  const reason = `the process ended ${run.interruptions} times in the middle of this analysis`;
  return { kind: 'failed', failure: { stage: null, reason, retryable: false } };
}
