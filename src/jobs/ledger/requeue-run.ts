import type { Sql } from '../../database/sql.ts';
import type { AnalysisFailure } from '../analysis-record.ts';
import { attemptLog } from './attempt-log.ts';
import { STILL_AGAIN } from './restricted.ts';
import { OURS, type Run } from './run.ts';

/** The process was told to stop: should it end before it has put these analyses back, that is no fault of theirs. */
export async function noteStopping(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET stopping = true WHERE id = ANY($1::uuid[]) AND state = 'running'`,
    [ids],
  );
}

/** Puts an analysis that was not begun under a new job; its rank, null when this job is not its own any more. */
export async function reassign(
  sql: Sql,
  id: string,
  jobId: string,
  newJobId: string,
): Promise<number | null> {
  const { rows } = await sql.query<{ rank: number }>(
    `UPDATE spinegrade.analysis SET job_id = $3
     WHERE id = $1 AND job_id = $2 AND state IN ('queued', 'running') RETURNING queue_rank AS rank`,
    [id, jobId, newJobId],
  );
  return rows[0]?.rank ?? null;
}

/**
 * Back to the queue under a new job, with the fault that caused it, or null when the service is stopping; cancelled where
 * that was asked for meanwhile.
 * @param counts whether the fault counts as one of the study's attempts.
 * @returns null when the run was overtaken; its rank in the queue where it is back in it.
 */
export async function requeueRun(
  sql: Sql,
  run: Run,
  jobId: string,
  failure: AnalysisFailure | null,
  counts: boolean,
): Promise<{ readonly state: 'queued' | 'cancelled'; readonly rank: number } | null> {
  const { rows } = await sql.query<{ state: 'queued' | 'cancelled'; rank: number }>(
    `UPDATE spinegrade.analysis SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'queued' END,
       finished_at = CASE WHEN cancel_requested THEN now() END, job_id = $3,
       failure = CASE WHEN cancel_requested THEN NULL ELSE coalesce($4::jsonb, failure) END,
       attempt_log = ${attemptLog('$4')}, faults = faults + $5::int, run_again = ${STILL_AGAIN}, updated_at = now()
     WHERE ${OURS} RETURNING state, queue_rank AS rank`,
    [run.id, run.attempt, jobId, failure === null ? null : JSON.stringify(failure), counts ? 1 : 0],
  );
  return rows[0] ?? null;
}
