import type { Sql } from '../../database/sql.ts';

/** How many analyses wait and run, and for how long the oldest waiting one has. */
export async function openAnalyses(
  sql: Sql,
): Promise<{ readonly queued: number; readonly running: number; readonly oldestQueuedSeconds: number }> {
  const { rows } = await sql.query<{ queued: number; running: number; oldestQueuedSeconds: number }>(
    `SELECT count(*) FILTER (WHERE state = 'queued')::int AS queued,
            count(*) FILTER (WHERE state = 'running')::int AS running,
            greatest(0, extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'queued')))::float8
              AS "oldestQueuedSeconds"
     FROM spinegrade.analysis WHERE state IN ('queued', 'running')`,
  );
  return rows[0]!;
}
