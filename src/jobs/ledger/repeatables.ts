import type { Sql } from '../../database/sql.ts';
import type { AnalysisRecord } from '../analysis-record.ts';
import type { AnalysisRequest } from '../analysis-request.ts';
import { type AnalysisFilter, FILTERED, filterParameters, LATEST_OF_STUDY } from './analysis-filter.ts';

/** An analysis that may be asked for again, and how it was asked for. */
export interface Repeatable extends Pick<AnalysisRecord, 'id' | 'studyInstanceUid' | 'state'> {
  readonly jobId: string;
  readonly request: AnalysisRequest;
}

const COLUMNS = `id, study_instance_uid AS "studyInstanceUid", state, job_id AS "jobId",
  jsonb_build_object('priority', priority, 'force', forced, 'note', note, 'series', series_override) AS request`;

export async function repeatable(sql: Sql, id: string): Promise<Repeatable | null> {
  const { rows } = await sql.query<Repeatable>(`SELECT ${COLUMNS} FROM spinegrade.analysis WHERE id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Those that fit and came to nothing, the oldest first, and how many more there are. */
export async function repeatables(
  sql: Sql,
  filter: AnalysisFilter,
  limit: number,
): Promise<{ readonly found: readonly Repeatable[]; readonly remaining: number }> {
  const { rows } = await sql.query<Repeatable & { readonly total: number }>(
    `SELECT ${COLUMNS}, count(*) OVER ()::int AS total FROM spinegrade.analysis
     WHERE ${FILTERED} AND state IN ('ineligible', 'failed', 'cancelled') AND ${LATEST_OF_STUDY}
     ORDER BY created_at, id LIMIT $8::int`,
    [...filterParameters(filter), limit],
  );
  return { found: rows, remaining: (rows[0]?.total ?? 0) - rows.length };
}
