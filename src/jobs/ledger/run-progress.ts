import type { Sql } from '../../database/sql.ts';
import type { Stage } from '../../domain/stage.ts';
import { OURS, type Run } from './run.ts';

/**
 * Progress is for watching only: it may be lost with the process, and so need not wait for the disk; but where the
 * process ended before, the stage is what tells a study that ends it from one that was unlucky. That results may be on
 * their way into the archive is never lost.
 */
const UNHURRIED = `FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`;

/** How long a stage took. */
export interface EndedStage {
  readonly stage: Stage;
  readonly ms: number;
}

const timesOf = (ended: EndedStage | null): string =>
  JSON.stringify(ended === null ? {} : { [ended.stage]: ended.ms });

/**
 * Writes down that a stage begins, and with it how long the one before it took.
 * @returns false when the run was overtaken, or is to be cancelled: then the stage has not begun.
 */
export async function beginStage(
  sql: Sql,
  run: Run,
  stage: Stage,
  ended: EndedStage | null,
): Promise<boolean> {
  const hurry = run.interruptions > 0 || stage === 'store' ? '' : UNHURRIED;
  const { rows } = await sql.query(
    `UPDATE spinegrade.analysis SET stage = $3, storing = storing OR $3 = 'store',
       stages_ms = stages_ms || $4::jsonb, updated_at = now() ${hurry}
     WHERE ${OURS} AND NOT cancel_requested RETURNING id`,
    [run.id, run.attempt, stage, timesOf(ended)],
  );
  return rows.length > 0;
}

/** Writes down how long the last stage of a run took. */
export async function endStages(sql: Sql, run: Run, ended: EndedStage): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET stages_ms = stages_ms || $3::jsonb, updated_at = now() ${UNHURRIED} WHERE ${OURS}`,
    [run.id, run.attempt, timesOf(ended)],
  );
}
