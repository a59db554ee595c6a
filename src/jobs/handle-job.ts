import { randomUUID } from 'node:crypto';
import type { Database } from '../database/sql.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import type { Events } from '../observe/events.ts';
import type { WorkInHand } from '../process/work-in-hand.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import type { AnalysisFailure } from './analysis-record.ts';
import type { HeldJob, JobBoard } from './job-board.ts';
import {
  beginRun,
  beginStage,
  type Conclusion,
  concludeRun,
  endStage,
  forgiveInterruption,
  isSuspect,
  openAnalysis,
  type Run,
  reassign,
  requeueRun,
  setAside,
} from './ledger.ts';
import { CRASH_LIMIT, INTERRUPTION_LIMIT, poisonFailure } from './poison-study.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type RunResult, runAnalysis } from './run-analysis.ts';

const CHANGED_MEANWHILE = { why: 'changed-meanwhile', waitedMs: null } as const;

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
  /** Null: every fault of the archive is held against the study. */
  readonly gate: ArchiveGate | null;
  readonly hand: WorkInHand;
  /** The runs under way; a run is in it as long as the ledger has it running. */
  readonly running: Set<string>;
  /** Aborted when nothing new may begin. */
  readonly rest: AbortSignal;
  /** Aborted when running analyses have to go back to the queue. */
  readonly stop: AbortSignal;
}

/**
 * What a worker does with a job: nothing while the archive is away; else one run, and one transaction that settles
 * ledger and job together. An analysis in the middle of which a process ended runs alone.
 */
export function jobHandler(workshop: Workshop): (job: HeldJob) => Promise<void> {
  const { database, board, gate, hand, rest } = workshop;
  return async (job) => {
    if (gate !== null && gate.closed !== null) {
      await giveBack(workshop, job);
      // The worker waits here, and takes nothing meanwhile.
      await gate.opened(rest);
      return board.wake();
    }
    const inTurn = (await isSuspect(database, job.analysisId)) ? hand.alone : hand.beside;
    await inTurn(async () => {
      if (rest.aborted || (gate !== null && gate.closed !== null)) return await giveBack(workshop, job);
      await takeUp(workshop, job);
    });
  };
}

/** A job that was not begun, back under another id. */
async function giveBack({ database, board }: Workshop, job: HeldJob): Promise<void> {
  const jobId = randomUUID();
  await database.transaction(async (sql) => {
    if (await reassign(sql, job.analysisId, job.id, jobId)) {
      await board.add(sql, { id: jobId, analysisId: job.analysisId });
    }
    await board.complete(sql, job);
  });
}

async function takeUp(workshop: Workshop, job: HeldJob): Promise<void> {
  const { database, events, limits, analyze, running, stop } = workshop;
  // What could not be settled for want of the database is still running by the ledger, and was no crash.
  const unsettled = running.has(job.analysisId);
  const run = await beginRun(database, job.analysisId, job.id, unsettled);
  if (unsettled) running.delete(job.analysisId);
  // Concluded already, under this job or a later one: pg-boss completes the job when we return.
  if (run === null) return;
  const poison = poisonOf(run);
  if (poison !== null) {
    await conclude(workshop, run, job, { kind: 'failed', failure: poison });
    return events.studySetAside(run.studyInstanceUid, 'analysis');
  }
  running.add(run.id);
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
  running.delete(run.id);
}

function poisonOf({ interruptions, stageInterruptions, interruptedStage }: Run): AnalysisFailure | null {
  if (stageInterruptions >= CRASH_LIMIT) {
    const stage = interruptedStage === null ? 'before the first stage' : `in the stage ${interruptedStage}`;
    return poisonFailure(stageInterruptions, `${stage} of this analysis`);
  }
  if (interruptions < INTERRUPTION_LIMIT) return null;
  return poisonFailure(interruptions, 'in the middle of this analysis');
}

async function settle(
  workshop: Workshop,
  run: Run,
  job: HeldJob,
  result: RunResult,
  ms: number,
): Promise<void> {
  const { database, events, stop } = workshop;
  switch (result.kind) {
    case 'interrupted': {
      // Without the claim nothing else may be written: another worker has the job, or will.
      if (!stop.aborted) {
        if (database.kind === 'postgresql') await forgiveInterruption(database, run.id);
        return events.analysisPutBack(run, 'another process took the job over');
      }
      await putBack(workshop, run, job, { failure: null, counts: false, delayMs: 0 });
      return events.analysisPutBack(run, 'the service is stopping');
    }
    case 'fault':
      return await settleFault(workshop, run, job, result, ms);
    default:
      return await conclude(workshop, run, job, result, ms);
  }
}

async function settleFault(
  workshop: Workshop,
  run: Run,
  job: HeldJob,
  { failure, error }: Extract<RunResult, { kind: 'fault' }>,
  ms: number,
): Promise<void> {
  const { events, limits, gate, stop } = workshop;
  if (await gate?.isAway(error, stop)) {
    const waits = { ...failure, code: gate?.closed ?? failure.code, retryable: true };
    await putBack(workshop, run, job, { failure: waits, counts: false, delayMs: 0 });
    return events.analysisPutBack(run, 'the archive is away');
  }
  if (gate !== null && failure.code === 'archive-refuses-credentials') {
    // Of this request alone: somebody has to allow it, and until then the study is not given up.
    const delayMs = retryDelayMs(limits.retryDelayMs, run.attempt);
    await putBack(workshop, run, job, { failure: { ...failure, retryable: true }, counts: false, delayMs });
    return events.analysisRetried(run, failure.stage, delayMs, error);
  }
  if (failure.code === 'disk-full' || failure.code === 'database-unavailable') {
    // Of the system alone: until there is room, or the database is back, nothing is held against the study.
    const delayMs = retryDelayMs(limits.retryDelayMs, run.attempt);
    await putBack(workshop, run, job, { failure, counts: false, delayMs });
    return events.analysisRetried(run, failure.stage, delayMs, error);
  }
  const faults = run.faults + 1;
  if (failure.retryable && faults <= limits.retryLimit) {
    const delayMs = retryDelayMs(limits.retryDelayMs, faults);
    await putBack(workshop, run, job, { failure, counts: true, delayMs });
    return events.analysisRetried(run, failure.stage, delayMs, error);
  }
  const reason = faults > 1 ? `${failure.reason} (given up after ${faults} attempts)` : failure.reason;
  await conclude(workshop, run, job, { kind: 'failed', failure: { ...failure, reason } }, ms, error);
}

async function putBack(
  { database, board }: Workshop,
  run: Run,
  job: HeldJob,
  back: { readonly failure: AnalysisFailure | null; readonly counts: boolean; readonly delayMs: number },
): Promise<void> {
  const jobId = randomUUID();
  await database.transaction(async (sql) => {
    if (await requeueRun(sql, run, jobId, back.failure, back.counts)) {
      await board.add(sql, { id: jobId, analysisId: run.id, delayMs: back.delayMs });
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
  const isPoison = conclusion.kind === 'failed' && conclusion.failure.code === 'poison-study';
  const closed = await database.transaction(async (sql) => {
    const closed = await concludeRun(sql, run, conclusion);
    await board.complete(sql, job);
    // A study whose analysis comes to an end ends no process; one whose analysis fails is not known to.
    if (closed && (isPoison || conclusion.kind !== 'failed')) {
      await setAside(sql, run.studyInstanceUid, isPoison);
    }
    if (closed?.runAgain && !isPoison) {
      const next = await openAnalysis(sql, run.studyInstanceUid, 'watch', CHANGED_MEANWHILE);
      if (next.created) await board.add(sql, { id: next.jobId, analysisId: next.id });
    }
    return closed;
  });
  if (closed === null) return events.analysisPutBack(run, 'another process took the job over');
  if (closed.runAgain) board.wake();
  tellWarnings(events, run, conclusion, closed.toldObjects);
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

/** What the archive had to say of the objects it stored, of each once. */
function tellWarnings(
  events: Events,
  { studyInstanceUid }: Run,
  conclusion: Conclusion,
  told: readonly string[],
): void {
  if (conclusion.kind === 'failed') return;
  const results = conclusion.kind === 'stored' ? conclusion.results : conclusion.notice;
  for (const { kind, warning, sopInstanceUid } of results?.objects ?? []) {
    if (warning !== null && !told.includes(sopInstanceUid))
      events.objectStoredWithWarning(studyInstanceUid, kind, warning);
  }
}
