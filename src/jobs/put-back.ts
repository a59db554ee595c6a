import { randomUUID } from 'node:crypto';
import type { AnalysisFailure } from './analysis-record.ts';
import type { HeldJob } from './job-board.ts';
import { reassign, requeueRun } from './ledger/requeue-run.ts';
import type { Run } from './ledger/run.ts';
import type { Workshop } from './workshop.ts';

/** A job that was not begun, back under another id. */
export async function giveBack(
  { database, board }: Pick<Workshop, 'database' | 'board'>,
  job: HeldJob,
): Promise<void> {
  const jobId = randomUUID();
  await database.transaction(async (sql) => {
    const rank = await reassign(sql, job.analysisId, job.id, jobId);
    if (rank !== null) await board.add(sql, { id: jobId, analysisId: job.analysisId, rank });
    await board.complete(sql, job);
  });
}

/** A run that has ended, back to the queue, unless it was to be cancelled. @returns whether it was, and is */
export async function putBack(
  { database, board, events }: Pick<Workshop, 'database' | 'board' | 'events'>,
  run: Run,
  job: HeldJob,
  back: { readonly failure: AnalysisFailure | null; readonly counts: boolean; readonly delayMs: number },
): Promise<boolean> {
  const jobId = randomUUID();
  const cancelled = await database.transaction(async (sql) => {
    const requeued = await requeueRun(sql, run, jobId, back.failure, back.counts);
    if (requeued?.state === 'queued') {
      const { rank } = requeued;
      await board.add(sql, { id: jobId, analysisId: run.id, rank, delayMs: back.delayMs });
    }
    await board.complete(sql, job);
    return requeued?.state === 'cancelled';
  });
  if (cancelled) events.analysisCancelled(run);
  return cancelled;
}
