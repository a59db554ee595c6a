import type { Sql } from '../../database/sql.ts';
import type { Stage } from '../../domain/stage.ts';
import { OURS, type Run } from './run.ts';

/**
 * Progress is for watching only: it may be lost with the process, and so need not wait for the disk; but where the
 * process ended before, the stage is what tells a study that ends it from one that was unlucky. That results may be on
 * their way into the archive is never lost.
 */
const UNHURRIED = `FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`;

/** @returns false when the run was overtaken, or is to be cancelled: then the stage has not begun. */
export async function beginStage(sql: Sql, run: Run, stage: Stage): Promise<boolean> {
  const hurry = run.interruptions > 0 || stage === 'store' ? '' : UNHURRIED;
  const { rows } = await sql.query(
    `UPDATE spinegrade.analysis SET stage = $3, storing = storing OR $3 = 'store', updated_at = now() ${hurry}
     WHERE ${OURS} AND NOT cancel_requested RETURNING id`,
    [run.id, run.attempt, stage],
  );
  return rows.length > 0;
}

export async function endStage(sql: Sql, run: Run, stage: Stage, ms: number): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET stages_ms = stages_ms || jsonb_build_object($3::text, $4::float8),
       updated_at = now() ${UNHURRIED} WHERE ${OURS}`,
    [run.id, run.attempt, stage, ms],
  );
}
