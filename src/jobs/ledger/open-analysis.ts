import { randomUUID } from 'node:crypto';
import type { Sql } from '../../database/sql.ts';
import type { Traceparent } from '../../domain/traceparent.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { WatchOccasion } from '../../domain/watch-occasion.ts';
import type { Trigger } from '../analysis-record.ts';

/**
 * Opens an analysis unless one of the study is open already: then that one. Where the watcher asks while one is
 * running, its input may have been read before the study changed, so it is marked to be followed by another. Of a study
 * that was set aside it begins as a suspect.
 * @param traceparent of which trace the analysis is to be a part; one that is open stays with its own.
 */
export async function openAnalysis(
  sql: Sql,
  study: StudyInstanceUid,
  trigger: Trigger,
  occasion?: WatchOccasion,
  traceparent: Traceparent | null = null,
): Promise<{ readonly id: string; readonly created: boolean; readonly jobId: string }> {
  const fresh = { id: randomUUID(), jobId: randomUUID() };
  for (;;) {
    const inserted = await sql.query(
      `INSERT INTO spinegrade.analysis
         (id, study_instance_uid, trigger, state, job_id, submit_reason, waited_ms, traceparent, interruptions,
           stage_interruptions)
       SELECT $1::uuid, $2::text, $3::text, 'queued', $4::uuid, $5::text, $6::float8, $7::text, suspicion, suspicion FROM (
         SELECT (EXISTS (SELECT FROM spinegrade.watched_study WHERE study_instance_uid = $2 AND set_aside))::int
           AS suspicion) AS known
       ON CONFLICT (study_instance_uid) WHERE state IN ('queued', 'running') DO NOTHING RETURNING id`,
      [fresh.id, study, trigger, fresh.jobId, occasion?.why ?? null, occasion?.waitedMs ?? null, traceparent],
    );
    if (inserted.rows.length > 0) return { ...fresh, created: true };
    const open = await sql.query<{ id: string; jobId: string }>(
      `UPDATE spinegrade.analysis SET run_again = run_again OR (state = 'running' AND $2 = 'watch')
       WHERE study_instance_uid = $1 AND state IN ('queued', 'running') RETURNING id, job_id AS "jobId"`,
      [study, trigger],
    );
    // None: it was finished between the two statements, by another process.
    if (open.rows[0] !== undefined) return { ...open.rows[0], created: false };
  }
}
