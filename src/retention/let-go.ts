import type { Database, Sql } from '../database/sql.ts';

/** After how many days what is let go; null: never. */
export interface RetentionPeriods {
  /** The bytes of results, which name the patient: since they were read back from the archive. */
  readonly resultBytesDays: number | null;
  /** What became of studies, and what was told of it: since it ended. */
  readonly recordsDays: number | null;
}

/** What is let go, in this order: what identifies the patient first. */
export const LET_GO = ['result-bytes', 'analyses', 'results', 'callbacks', 'comparisons', 'steps'] as const;
export type LetGo = (typeof LET_GO)[number];

/** Rows let go in one transaction: others wait no longer than for that. */
const BATCH = 100;
/** Any number of its own, the same in every process: one of those that share a database lets go at a time. */
const RETENTION_LOCK = 5_177_405;

/** Whether a study, of the table named, has an analysis that waits or runs: then everything of it is needed. */
const isOpen = (table: string) => `EXISTS (SELECT FROM spinegrade.analysis AS open
  WHERE open.study_instance_uid = ${table}.study_instance_uid AND open.state IN ('queued', 'running'))`;
const OLD = `now() - make_interval(days => $1::int)`;

/** Statements of one batch each; $1: days. */
const STATEMENTS: Readonly<Record<LetGo, string>> = {
  // Not as long as an object beside it is still to be stored.
  'result-bytes': `UPDATE spinegrade.kept_object SET bytes = NULL WHERE sop_instance_uid IN (
      SELECT object.sop_instance_uid FROM spinegrade.kept_object AS object
      JOIN spinegrade.kept_result AS result USING (analysis_key)
      WHERE object.bytes IS NOT NULL AND object.stored_at < ${OLD} AND NOT ${isOpen('result')}
        AND NOT EXISTS (SELECT FROM spinegrade.kept_object AS beside
          WHERE beside.analysis_key = object.analysis_key AND beside.stored_at IS NULL)
      ORDER BY object.stored_at LIMIT ${BATCH} FOR UPDATE OF object SKIP LOCKED)
    RETURNING 1`,
  // Not as long as somebody is still to be told of it.
  analyses: `DELETE FROM spinegrade.analysis WHERE id IN (
      SELECT id FROM spinegrade.analysis AS old
      WHERE finished_at < ${OLD} AND state NOT IN ('queued', 'running') AND NOT ${isOpen('old')}
        AND NOT EXISTS (SELECT FROM spinegrade.analysis_end AS ended WHERE ended.analysis_id = old.id)
        AND NOT EXISTS (SELECT FROM spinegrade.delivery WHERE analysis_id = old.id AND delivery.state = 'waiting')
      ORDER BY finished_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
  // The reports of a study form a chain, in which each names those it replaces: all of it, or nothing.
  results: `DELETE FROM spinegrade.kept_result WHERE analysis_key IN (
      SELECT analysis_key FROM spinegrade.kept_result AS old
      WHERE kept_at < ${OLD}
        AND NOT EXISTS (SELECT FROM spinegrade.analysis AS any_of_it
          WHERE any_of_it.study_instance_uid = old.study_instance_uid)
        AND NOT EXISTS (SELECT FROM spinegrade.kept_result AS newer
          WHERE newer.study_instance_uid = old.study_instance_uid AND newer.kept_at >= ${OLD})
        AND NOT EXISTS (SELECT FROM spinegrade.kept_object AS object
          WHERE object.analysis_key = old.analysis_key AND object.stored_at >= ${OLD})
      ORDER BY kept_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
  callbacks: `DELETE FROM spinegrade.delivery WHERE id IN (
      SELECT id FROM spinegrade.delivery WHERE finished_at < ${OLD} AND state <> 'waiting'
      ORDER BY finished_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
  comparisons: `DELETE FROM spinegrade.shadow_grade WHERE ctid IN (
      SELECT ctid FROM spinegrade.shadow_grade WHERE compared_at < ${OLD} ORDER BY compared_at LIMIT ${BATCH}
      FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
  // Of a worklist, claimed and ended.
  steps: `DELETE FROM spinegrade.worklist_claim WHERE workitem_uid IN (
      SELECT workitem_uid FROM spinegrade.worklist_claim WHERE ended_at < ${OLD} ORDER BY ended_at LIMIT ${BATCH}
      FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/**
 * Lets one batch go.
 * @returns how many rows there were, and whether there may be more; null while another process is at it.
 */
export async function letGoBatch(
  database: Database,
  what: LetGo,
  days: number,
): Promise<{ readonly count: number; readonly more: boolean } | null> {
  return database.transaction(async (sql) => {
    if (!(await isAlone(sql))) return null;
    const { rows } = await sql.query(STATEMENTS[what], [days]);
    return { count: rows.length, more: rows.length === BATCH };
  });
}

/** What the embedded database no longer holds is still in its files until they are gone over; a server does so itself. */
export async function goOver({ kind, query }: Pick<Database, 'kind' | 'query'>): Promise<void> {
  if (kind !== 'embedded') return;
  for (const table of [
    'kept_object',
    'kept_result',
    'analysis',
    'delivery',
    'shadow_grade',
    'worklist_claim',
  ]) {
    await query(`VACUUM spinegrade.${table}`);
  }
}

async function isAlone(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ alone: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS alone', [
    RETENTION_LOCK,
  ]);
  return rows[0]!.alone;
}
