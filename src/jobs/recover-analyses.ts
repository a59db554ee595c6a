import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database/sql.ts';
import type { JobBoard } from './job-board.ts';
import { reassign } from './ledger/requeue-run.ts';
import { STILL_AGAIN } from './ledger/restricted.ts';
import { CUT_OFF } from './ledger/run.ts';

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
      await sql.query(`UPDATE spinegrade.analysis SET ${CUT_OFF} WHERE state = 'running' AND NOT stopping`);
      await sql.query(
        `UPDATE spinegrade.analysis SET state = 'queued', run_again = ${STILL_AGAIN}, updated_at = now()
         WHERE state = 'running'`,
      );
    }
    await board.hasten(sql);
    return recovered + (await adoptOrphans(sql, board));
  });
}

/**
 * What a clock that jumped may have done to the jobs: one that was deleted as being years old is replaced, one that
 * would begin later than any delay is long begins now. Returns how many were replaced.
 */
export function mendJobs(database: Database, board: JobBoard): Promise<number> {
  return database.transaction(async (sql) => {
    await sql.query(`SELECT pg_advisory_xact_lock(${RECOVERY_LOCK})`);
    await board.hasten(sql);
    return await adoptOrphans(sql, board);
  });
}

/** Nothing is locked: a job that changes hands meanwhile is another one by then, and the analysis left as it is. */
async function adoptOrphans(sql: Sql, board: JobBoard): Promise<number> {
  const { rows } = await sql.query<{ id: string; jobId: string }>(
    `SELECT id, job_id AS "jobId" FROM spinegrade.analysis WHERE state IN ('queued', 'running')`,
  );
  const jobIds = rows.map((row) => row.jobId);
  const missing = new Set(await board.missing(sql, jobIds));
  let adopted = 0;
  for (const { id, jobId } of rows.filter((row) => missing.has(row.jobId))) {
    const newJobId = randomUUID();
    const rank = await reassign(sql, id, jobId, newJobId);
    if (rank === null) continue;
    await board.add(sql, { id: newJobId, analysisId: id, rank });
    adopted += 1;
  }
  return adopted;
}
