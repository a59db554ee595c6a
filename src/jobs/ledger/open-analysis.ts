import { randomUUID } from 'node:crypto';
import type { Sql } from '../../database/sql.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { Trigger } from '../analysis-record.ts';
import { AS_EVER, type SubmitOptions } from '../analysis-request.ts';
import { AnalysisUnderWayError } from '../request-errors.ts';
import { joinAnalysis } from './join-analysis.ts';
import type { OpenAnalysis } from './opened-analysis.ts';
import { QUEUE_RANK } from './queue-rank.ts';

/**
 * Opens an analysis unless one of the study is open already: then that one. Where the watcher asks while one is
 * running, its input may have been read before the study changed, so it is marked to be followed by another. Of a study
 * that was set aside it begins as a suspect. One that is open stays with its own trace.
 * @throws AnalysisUnderWayError where one runs that was asked for otherwise
 */
export async function openAnalysis(
  sql: Sql,
  study: StudyInstanceUid,
  trigger: Trigger,
  { occasion, traceparent = null, request = AS_EVER }: SubmitOptions = {},
): Promise<OpenAnalysis> {
  const fresh = { id: randomUUID(), jobId: randomUUID() };
  for (;;) {
    const inserted = await sql.query<{ rank: number }>(
      `INSERT INTO spinegrade.analysis
         (id, study_instance_uid, trigger, state, job_id, submit_reason, waited_ms, traceparent, interruptions,
           stage_interruptions, priority, queue_rank, forced, note, series_override)
       SELECT $1::uuid, $2::text, $3::text, 'queued', $4::uuid, $5::text, $6::float8, $7::text, suspicion, suspicion,
         $8::text, ${QUEUE_RANK[request.priority]}, $9::boolean, $10::text, $11::jsonb
       FROM (SELECT (EXISTS (SELECT FROM spinegrade.watched_study WHERE study_instance_uid = $2 AND set_aside))::int
           AS suspicion) AS known
       ON CONFLICT (study_instance_uid) WHERE state IN ('queued', 'running') DO NOTHING
       RETURNING queue_rank AS rank`,
      [
        ...[fresh.id, study, trigger, fresh.jobId, occasion?.why ?? null, occasion?.waitedMs ?? null],
        ...[traceparent, request.priority, request.force, request.note, JSON.stringify(request.series)],
      ],
    );
    if (inserted.rows[0] !== undefined) {
      return { ...fresh, ...inserted.rows[0], created: true, state: 'queued' };
    }
    const joined = await joinAnalysis(sql, study, trigger, request);
    if (joined === 'under-way') throw new AnalysisUnderWayError();
    // None: it was finished between the two statements, by another process.
    if (joined !== null) return { ...joined, created: false };
  }
}
