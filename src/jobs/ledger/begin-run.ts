import type { Database, Sql } from '../../database/sql.ts';
import { STILL_AGAIN } from './restricted.ts';
import { CUT_OFF, type Run } from './run.ts';

const RUN_COLUMNS = `id, study_instance_uid AS "studyInstanceUid", attempts AS attempt, faults, interruptions,
  stage_interruptions AS "stageInterruptions", interrupted_stage AS "interruptedStage", traceparent,
  forced, series_override AS "seriesOverride", cancel_requested AS "cancelRequested", note, priority,
  greatest(0, extract(epoch FROM now() - before.last_written_at) * 1000)::float8 AS "queuedMs"`;

/** Whether a process ended in the middle of the analysis before, or is in the middle of it. */
export async function isSuspect(sql: Sql, id: string): Promise<boolean> {
  const { rows } = await sql.query<{ suspect: boolean }>(
    `SELECT interruptions > 0 OR state = 'running' AS suspect FROM spinegrade.analysis WHERE id = $1`,
    [id],
  );
  return rows[0]?.suspect ?? false;
}

/**
 * Begins a run; null when the analysis is final or its job is not this one. Finding it already running means that
 * the earlier run was cut off: with its process, where several share the database; the only owner of one lives, and
 * lost no more than its claim.
 * @param unsettled that this very process ended the earlier run and could not write so.
 */
export async function beginRun(
  sql: Pick<Database, 'kind' | 'query'>,
  id: string,
  jobId: string,
  unsettled = false,
): Promise<Run | null> {
  if (sql.kind === 'postgresql' && !unsettled) {
    await sql.query(
      `UPDATE spinegrade.analysis SET ${CUT_OFF}
       WHERE id = $1 AND job_id = $2 AND state = 'running' AND NOT stopping`,
      [id, jobId],
    );
  }
  const { rows } = await sql.query<Run>(
    `UPDATE spinegrade.analysis
     SET attempts = attempts + 1, state = 'running', stopping = false, run_again = ${STILL_AGAIN}, stage = NULL,
       stages_ms = '{}', started_at = now(), first_started_at = coalesce(first_started_at, now()), updated_at = now()
     FROM (SELECT updated_at AS last_written_at FROM spinegrade.analysis WHERE id = $1) AS before
     WHERE id = $1 AND job_id = $2 AND state IN ('queued', 'running') RETURNING ${RUN_COLUMNS}`,
    [id, jobId],
  );
  return rows[0] ?? null;
}

/** The process of a run that was cut off lives: it only lost its claim, so nothing is held against the study. */
export async function forgiveInterruption(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET interruptions = interruptions - 1,
       stage_interruptions = stage_interruptions - 1 WHERE id = $1`,
    [id],
  );
}
