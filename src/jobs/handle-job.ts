import { type Afterwards, afterwards } from './afterwards.ts';
import { concludeAnalysis } from './conclude-analysis.ts';
import type { HeldJob } from './job-board.ts';
import { beginRun, isSuspect } from './ledger/begin-run.ts';
import type { Run } from './ledger/run.ts';
import { beginStage, type EndedStage, endStages } from './ledger/run-progress.ts';
import { poisonOf } from './poison-study.ts';
import { giveBack } from './put-back.ts';
import { type RunResult, runAnalysis } from './run-analysis.ts';
import { settleRun } from './settle-run.ts';
import type { Workshop } from './workshop.ts';

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

async function takeUp(workshop: Workshop, job: HeldJob): Promise<void> {
  const { database, limits, observeRun, running, rest } = workshop;
  // What could not be settled for want of the database is still running by the ledger, and was no crash.
  const unsettled = running.has(job.analysisId);
  const run = await beginRun(database, job.analysisId, job.id, unsettled);
  if (unsettled) running.delete(job.analysisId);
  // Concluded already, under this job or a later one: pg-boss completes the job when we return.
  if (run === null) return;
  // The job is given up with the outcome, and with it the claim on it: its signal says nothing of what follows.
  const after = afterwards(AbortSignal.any([rest, AbortSignal.timeout(limits.timeoutMs)]));
  try {
    const { kind } = await observeRun(run, () => bringToItsEnd(workshop, run, job, after));
    if (kind === 'stored' || kind === 'ineligible') await after.begin();
  } finally {
    after.drop();
  }
}

/** One run, and what is written down of it. */
async function bringToItsEnd(
  workshop: Workshop,
  run: Run,
  job: HeldJob,
  after: Afterwards,
): Promise<RunResult> {
  const { database, events, limits, analyze, running, cancels, stop } = workshop;
  if (run.cancelRequested) {
    await concludeAnalysis(workshop, run, job, { kind: 'cancelled' });
    return { kind: 'cancelled' };
  }
  const poison = poisonOf(run);
  if (poison !== null) {
    const failed = { kind: 'failed', failure: poison } as const;
    await concludeAnalysis(workshop, run, job, failed);
    events.studySetAside(run.studyInstanceUid, 'analysis');
    return failed;
  }
  running.add(run.id);
  const cancel = cancels.begin(run.id);
  events.analysisStarted(run, run.attempt);
  const startedAt = performance.now();
  // Written with what comes next.
  let ended: EndedStage | null = null;
  const takeEnded = () => {
    const taken = ended;
    ended = null;
    return taken;
  };
  const result = await runAnalysis(analyze, run, {
    signal: AbortSignal.any([stop, job.signal]),
    cancelled: cancel.signal,
    timeoutMs: limits.timeoutMs,
    after,
    observer: {
      async stageBegun(stage) {
        if (!(await beginStage(database, run, stage, takeEnded()))) cancel.abort();
      },
      stageEnded(stage, ms) {
        ended = { stage, ms };
        events.stageFinished(run, stage, ms);
      },
    },
  });
  cancels.end(run.id);
  const last = takeEnded();
  if (last !== null) await endStages(database, run, last);
  await settleRun(workshop, run, job, result, performance.now() - startedAt);
  running.delete(run.id);
  return result;
}
