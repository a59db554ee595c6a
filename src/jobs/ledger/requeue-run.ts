import type { Sql } from '../../database/sql.ts';
import type { AnalysisFailure } from '../analysis-record.ts';
import { OURS, type Run } from './run.ts';

/** The process was told to stop: should it end before it has put these analyses back, that is no fault of theirs. */
export async function noteStopping(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET stopping = true WHERE id = ANY($1::uuid[]) AND state = 'running'`,
    [ids],
  );
}

/** Puts an analysis that was not begun under a new job; false when this job is not its own any more. */
export async function reassign(sql: Sql, id: string, jobId: string, newJobId: string): Promise<boolean> {
  const { rows } = await sql.query(
    `UPDATE spinegrade.analysis SET job_id = $3
     WHERE id = $1 AND job_id = $2 AND state IN ('queued', 'running') RETURNING id`,
    [id, jobId, newJobId],
  );
  return rows.length > 0;
}

/**
 * Back to the queue under a new job, with the fault that caused it, or null when the service is stopping.
 * @param counts whether the fault counts as one of the study's attempts.
 */
export async function requeueRun(
  sql: Sql,
  run: Run,
  jobId: string,
  failure: AnalysisFailure | null,
  counts: boolean,
): Promise<boolean> {
  const { rows } = await sql.query(
    `UPDATE spinegrade.analysis SET state = 'queued', job_id = $3, failure = coalesce($4::jsonb, failure),
       faults = faults + $5::int, run_again = false, updated_at = now()
     WHERE ${OURS} RETURNING id`,
    [run.id, run.attempt, jobId, failure === null ? null : JSON.stringify(failure), counts ? 1 : 0],
  );
  return rows.length > 0;
}
