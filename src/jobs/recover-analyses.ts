import { randomUUID } from 'node:crypto';
import type { JobBoard } from './job-board.ts';
import type { Database } from './sql.ts';

/** Any number of its own, the same in every process: one recovery at a time. */
const RECOVERY_LOCK = 5_177_403;

/**
 * Puts every analysis that an earlier process left open back where a worker finds it; returns how many there were.
 *
 * The only owner of a database knows that nothing runs: each claim is let go, each running analysis waits again.
 * Where processes share one, a running analysis may be another's; pg-boss hands its job on once its heartbeats
 * stop. In both, an open analysis without a job gets one: by the ledger's transactions there is none, but jobs can
 * be deleted by hand.
 */
export function recoverAnalyses(database: Database, board: JobBoard): Promise<number> {
  return database.transaction(async (sql) => {
    await sql.query(`SELECT pg_advisory_xact_lock(${RECOVERY_LOCK})`);
    let recovered = 0;
    if (database.kind === 'embedded') {
      recovered = await board.releaseAll(sql);
      await sql.query(
        `UPDATE spinegrade.analysis SET state = 'queued', interruptions = interruptions + 1, run_again = false,
           updated_at = now() WHERE state = 'running'`,
      );
    }
    const { rows } = await sql.query<{ id: string; jobId: string }>(
      `SELECT id, job_id AS "jobId" FROM spinegrade.analysis WHERE state IN ('queued', 'running') FOR UPDATE`,
    );
    const missing = new Set(
      await board.missing(
        sql,
        rows.map((row) => row.jobId),
      ),
    );
    for (const { id } of rows.filter((row) => missing.has(row.jobId))) {
      const jobId = randomUUID();
      await sql.query('UPDATE spinegrade.analysis SET job_id = $2 WHERE id = $1', [id, jobId]);
      await board.add(sql, { id: jobId, analysisId: id });
      recovered += 1;
    }
    return recovered;
  });
}
