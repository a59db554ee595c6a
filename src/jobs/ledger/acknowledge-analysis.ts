import type { Sql } from '../../database/sql.ts';

/** Notes that somebody took note of an analysis that failed, once; why not, where it cannot. */
export async function acknowledgeAnalysis(sql: Sql, id: string): Promise<'not-found' | 'not-failed' | null> {
  const { rows } = await sql.query<{ failed: boolean }>(
    `UPDATE spinegrade.analysis SET updated_at = CASE WHEN acknowledged_at IS NULL THEN now() ELSE updated_at END,
       acknowledged_at = coalesce(acknowledged_at, now())
     WHERE id = $1 AND state = 'failed' RETURNING true AS failed`,
    [id],
  );
  if (rows.length > 0) return null;
  const known = await sql.query('SELECT FROM spinegrade.analysis WHERE id = $1', [id]);
  return known.rows.length > 0 ? 'not-failed' : 'not-found';
}
