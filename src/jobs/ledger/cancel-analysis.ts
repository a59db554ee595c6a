import type { Sql } from '../../database/sql.ts';
import type { Run } from './run.ts';

/** What became of the wish to cancel. `cancelling`: its run ends at its next wait, in whichever process. */
export type Cancellation =
  | { readonly kind: 'cancelled'; readonly jobId: string; readonly studyInstanceUid: Run['studyInstanceUid'] }
  | { readonly kind: 'cancelling' | 'final' | 'too-late' | 'unknown' };

/**
 * Cancels an analysis that waits, and notes for one that runs that it is to end. Once its results may be on their way
 * into the archive it is too late: of those there is all or nothing.
 */
export async function cancelAnalysis(sql: Sql, id: string): Promise<Cancellation> {
  const { rows } = await sql.query<{
    state: string;
    jobId: string;
    studyInstanceUid: Run['studyInstanceUid'];
  }>(
    `UPDATE spinegrade.analysis SET cancel_requested = true, updated_at = now(),
       failure = CASE WHEN state = 'queued' THEN NULL ELSE failure END,
       finished_at = CASE WHEN state = 'queued' THEN now() END,
       state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
     WHERE id = $1 AND state IN ('queued', 'running') AND NOT storing
     RETURNING state, job_id AS "jobId", study_instance_uid AS "studyInstanceUid"`,
    [id],
  );
  const [cancelled] = rows;
  if (cancelled?.state === 'cancelled') return { ...cancelled, kind: 'cancelled' };
  if (cancelled !== undefined) return { kind: 'cancelling' };
  const { rows: as } = await sql.query<{ open: boolean }>(
    `SELECT state IN ('queued', 'running') AS open FROM spinegrade.analysis WHERE id = $1`,
    [id],
  );
  if (as[0] === undefined) return { kind: 'unknown' };
  return { kind: as[0].open ? 'too-late' : 'final' };
}

/** Of the analyses given, those that are to end. */
export async function cancelRequested(sql: Sql, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT id FROM spinegrade.analysis WHERE id = ANY($1::uuid[]) AND cancel_requested`,
    [ids],
  );
  return rows.map(({ id }) => id);
}
