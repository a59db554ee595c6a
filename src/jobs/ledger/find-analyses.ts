import type { Sql } from '../../database/sql.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { AnalysisRecord } from '../analysis-record.ts';

/** How many of a study's analyses `ofStudy` tells, newest first. */
const STUDY_HISTORY_LIMIT = 100;
/** … and, but for the newest, no more once their packed columns come to this: about a quarter of their JSON. */
const STUDY_HISTORY_BYTES = 2 * 2 ** 20;

/** What was graded is kept with the results, for as long as these are. */
const KEPT_GRADED = `(SELECT kept.graded FROM spinegrade.kept_result AS kept
  WHERE kept.analysis_key = analysis.analysis_key)`;
const COLUMNS = `id, study_instance_uid AS "studyInstanceUid", trigger, submit_reason AS "submitReason",
  waited_ms AS "waitedMs", priority, forced, note, series_override AS "seriesOverride", state,
  cancel_requested AND state = 'running' AS "cancelRequested", attempt_log AS "failedAttempts",
  acknowledged_at AS "acknowledgedAt", stage, attempts, created_at AS "createdAt", updated_at AS "updatedAt",
  finished_at AS "finishedAt", failure, reasons, series, ${KEPT_GRADED} AS graded, report, objects, predecessors,
  stages_ms AS "stagesMs"`;

export async function findAnalysis(sql: Sql, id: string): Promise<AnalysisRecord | null> {
  const { rows } = await sql.query<AnalysisRecord>(
    `SELECT ${COLUMNS} FROM spinegrade.analysis WHERE id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The latest analyses of a study, newest first. */
export async function analysesOfStudy(sql: Sql, study: StudyInstanceUid): Promise<readonly AnalysisRecord[]> {
  const { rows } = await sql.query<AnalysisRecord>(
    `WITH latest AS (
       SELECT id, sum(coalesce(pg_column_size(${KEPT_GRADED}), 0) + pg_column_size(series) + pg_column_size(objects))
         OVER (ORDER BY created_at DESC, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newer_bytes
       FROM spinegrade.analysis WHERE study_instance_uid = $1 ORDER BY created_at DESC, id LIMIT ${STUDY_HISTORY_LIMIT})
     SELECT ${COLUMNS} FROM spinegrade.analysis
     WHERE id IN (SELECT id FROM latest WHERE coalesce(newer_bytes, 0) < ${STUDY_HISTORY_BYTES})
     ORDER BY created_at DESC, id`,
    [study],
  );
  return rows;
}
