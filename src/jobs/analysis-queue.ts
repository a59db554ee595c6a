import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnalyzeStudy } from '../analyze-study.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { Events } from '../events.ts';
import type { AnalysisRecord, Trigger } from './analysis-record.ts';
import { type HeldJob, type JobBoard, openJobBoard } from './job-board.ts';
import {
  analysesOfStudy,
  beginRun,
  beginStage,
  type Conclusion,
  concludeRun,
  endStage,
  findAnalysis,
  openAnalyses,
  openAnalysis,
  type Run,
  requeueRun,
} from './ledger.ts';
import { recoverAnalyses } from './recover-analyses.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type RunResult, runAnalysis } from './run-analysis.ts';
import type { Database } from './sql.ts';

/** A study that took the process down with it this often is not tried again. */
const INTERRUPTION_LIMIT = 10;

/** Durable analyses: what was submitted once comes to an end once, whatever becomes of the process. */
export interface AnalysisQueue {
  /**
   * Asks for an analysis. While one of the study is open, that one is returned (`created: false`); where the
   * watcher asks while it runs, another follows it.
   * @throws QueueStoppingError once stop was called.
   */
  submit(
    study: StudyInstanceUid,
    trigger: Trigger,
  ): Promise<{ readonly id: string; readonly created: boolean }>;
  find(id: string): Promise<AnalysisRecord | null>;
  /** The latest 100, newest first. */
  ofStudy(study: StudyInstanceUid): Promise<readonly AnalysisRecord[]>;
  depth(): ReturnType<typeof openAnalyses>;
  /** Starts taking jobs. Called once. */
  work(analyze: AnalyzeStudy): Promise<void>;
  /** True from the call of stop. */
  readonly stopping: boolean;
  /**
   * Takes no more work, lets running analyses finish within `timeoutMs`, then aborts them and puts them back.
   * The database stays open.
   */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
}

export class QueueStoppingError extends Error {
  override readonly name = 'QueueStoppingError';
  constructor() {
    super('the service is stopping and takes no new work');
  }
}

export interface QueueSettings {
  /** Analyses at a time in this process. */
  readonly concurrency: number;
  /** Attempts after the first before a retryable fault is final. */
  readonly retryLimit: number;
  /** Wait before the second attempt; doubled before each further one. */
  readonly retryDelayMs: number;
  /** Limit of one attempt, 23 hours at most. */
  readonly timeoutMs: number;
  /** PostgreSQL only: silence of a process after which another takes its jobs over; 10 at least, by default 30. */
  readonly heartbeatSeconds?: number;
}

/** Opens the queue in the ledger's database and takes up what an earlier process left unfinished. */
export async function openAnalysisQueue(
  database: Database,
  events: Events,
  settings: QueueSettings,
): Promise<AnalysisQueue> {
  const board = await openJobBoard(database, events, {
    expireSeconds: Math.ceil(settings.timeoutMs / 1000) + 60,
    heartbeatSeconds: settings.heartbeatSeconds ?? 30,
  });
  const recovered = await recoverAnalyses(database, board);
  if (recovered > 0) events.analysesRecovered(recovered);
  const stop = new AbortController();
  let stopping = false;

  return {
    async submit(study, trigger) {
      if (stopping) throw new QueueStoppingError();
      const { id, created } = await database.transaction(async (sql) => {
        const opened = await openAnalysis(sql, study, trigger);
        if (opened.created) await board.add(sql, { id: opened.jobId, analysisId: opened.id });
        return opened;
      });
      events.studySubmitted({ id, studyInstanceUid: study }, trigger, created);
      if (created) board.wake();
      return { id, created };
    },
    find: (id) => findAnalysis(database, id),
    ofStudy: (study) => analysesOfStudy(database, study),
    depth: () => openAnalyses(database),
    async work(analyze) {
      const isStopping = () => stopping;
      const handle = jobHandler({
        database,
        board,
        events,
        settings,
        analyze,
        isStopping,
        stop: stop.signal,
      });
      await board.work(settings.concurrency, handle);
    },
    get stopping() {
      return stopping;
    },
    async stop({ timeoutMs }) {
      if (stopping) return;
      stopping = true;
      const settled = new AbortController();
      const resting = board.rest().finally(() => settled.abort());
      await Promise.race([
        resting,
        delay(timeoutMs, undefined, { signal: settled.signal }).catch(() => undefined),
      ]);
      stop.abort();
      await resting;
      await board.close();
    },
  };
}

interface Workshop {
  readonly database: Database;
  readonly board: JobBoard;
  readonly events: Events;
  readonly settings: QueueSettings;
  readonly analyze: AnalyzeStudy;
  /** True when nothing new may begin. */
  readonly isStopping: () => boolean;
  /** Aborted when running analyses have to go back to the queue. */
  readonly stop: AbortSignal;
}

/** What a worker does with a job: one run, and one transaction that settles ledger and job together. */
function jobHandler(workshop: Workshop): (job: HeldJob) => Promise<void> {
  const { database, events, settings, analyze, isStopping, stop } = workshop;
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
      timeoutMs: settings.timeoutMs,
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
  const { events, settings, stop } = workshop;
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
      if (failure.retryable && faults <= settings.retryLimit) {
        const delayMs = retryDelayMs(settings.retryDelayMs, faults);
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
  failure: Parameters<typeof requeueRun>[3],
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
