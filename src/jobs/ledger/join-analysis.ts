import type { Sql } from '../../database/sql.ts';
import { OTHER_SERIES } from '../../domain/series-role.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { Trigger } from '../analysis-record.ts';
import type { AnalysisRequest } from '../analysis-request.ts';
import type { OpenAnalysis } from './opened-analysis.ts';
import { QUEUE_RANK } from './queue-rank.ts';
import { RESTRICTED } from './restricted.ts';

/**
 * Joins the open analysis of a study. What waits becomes what was asked for, too: it gets the higher priority and whatever
 * else is wanted; the watcher wants nothing but an analysis.
 * One that is restricted to some series is joined by who wants the same series, and by the watcher, for whom another
 * follows it: it wants all.
 * @returns null when none is open; `under-way` when one runs, or is restricted, that was not asked for in this way.
 */
export async function joinAnalysis(
  sql: Sql,
  study: StudyInstanceUid,
  trigger: Trigger,
  request: AnalysisRequest,
): Promise<Omit<OpenAnalysis, 'created'> | 'under-way' | null> {
  if (trigger === 'watch') {
    const { rows } = await sql.query<Omit<OpenAnalysis, 'created'>>(
      `UPDATE spinegrade.analysis SET run_again = run_again OR state = 'running' OR ${RESTRICTED}, ${JOINED_BY('$2')}
       WHERE study_instance_uid = $1 AND state IN ('queued', 'running')
       RETURNING id, job_id AS "jobId", queue_rank AS rank, state`,
      [study, trigger],
    );
    return rows[0] ?? null;
  }
  const { rows } = await sql.query<Omit<OpenAnalysis, 'created'>>(
    `UPDATE spinegrade.analysis SET forced = forced OR $2::boolean, series_override = series_override || $3::jsonb,
       note = coalesce($4::text, note), ${JOINED_BY('$6')},
       priority = CASE WHEN ${RAISED} THEN $5::text ELSE priority END,
       queue_rank = CASE WHEN ${RAISED} THEN greatest(queue_rank, ${QUEUE_RANK[request.priority]}) ELSE queue_rank END
     WHERE study_instance_uid = $1 AND NOT cancel_requested
       AND (series_override = $3::jsonb OR NOT (${RESTRICTED} OR $3::jsonb -> '${OTHER_SERIES}' IS NOT NULL))
       AND (state = 'queued' OR (state = 'running' AND (forced OR NOT $2::boolean) AND series_override @> $3::jsonb))
     RETURNING id, job_id AS "jobId", queue_rank AS rank, state`,
    [study, request.force, JSON.stringify(request.series), request.note, request.priority, trigger],
  );
  if (rows[0] !== undefined) return rows[0];
  const open = await sql.query(
    `SELECT FROM spinegrade.analysis WHERE study_instance_uid = $1 AND state IN ('queued', 'running')`,
    [study],
  );
  return open.rows.length > 0 ? 'under-way' : null;
}

/** Who asked for an analysis that was open, each once. @param trigger a parameter of text */
const JOINED_BY = (trigger: string) =>
  `joined_by = array_append(array_remove(joined_by, ${trigger}::text), ${trigger}::text)`;

/** Whether the priority asked for ($5) goes before the one it has. */
const RAISED = `array_position(ARRAY['stat', 'routine', 'backfill'], $5::text)
  < array_position(ARRAY['stat', 'routine', 'backfill'], priority)`;
