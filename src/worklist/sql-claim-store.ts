import type { Sql } from '../database/sql.ts';
import type { Claim, ClaimStore } from './claim.ts';

const COLUMNS = `workitem_uid AS workitem, transaction_uid AS "transactionUid", state, study_instance_uid AS study,
  analysis_id AS "analysisId", told_stage AS "toldStage", cancel_requested AS "cancelRequested", submissions,
  claimed_at AS "claimedAt", due_at <= now() AS "isDue"`;

/** @param whileHeld runs writes only while no other process can act. */
export function sqlClaimStore(
  sql: Sql,
  whileHeld: <Result>(write: (sql: Sql) => Promise<Result>) => Promise<Result>,
): ClaimStore {
  const write = <Row = object>(text: string, parameters: readonly unknown[]) =>
    whileHeld(async (held) => (await held.query<Row>(text, parameters)).rows);
  const set = async (columns: string, parameters: readonly unknown[]) => {
    await write(`UPDATE spinegrade.worklist_claim SET ${columns} WHERE workitem_uid = $1`, parameters);
  };
  return {
    async open() {
      const { rows } = await sql.query<Claim>(
        `SELECT ${COLUMNS} FROM spinegrade.worklist_claim WHERE state <> 'ended' ORDER BY claimed_at, workitem_uid`,
      );
      return rows;
    },
    async begin(workitem, transactionUid) {
      const rows = await write(
        `INSERT INTO spinegrade.worklist_claim (workitem_uid, transaction_uid, state) VALUES ($1, $2, 'claiming')
         ON CONFLICT (workitem_uid) DO NOTHING RETURNING 1`,
        [workitem, transactionUid],
      );
      return rows.length > 0;
    },
    async forget(workitem) {
      await write('DELETE FROM spinegrade.worklist_claim WHERE workitem_uid = $1', [workitem]);
    },
    claimed: (workitem) => set(`state = 'claimed'`, [workitem]),
    submitted: (workitem, study, analysisId) =>
      set('study_instance_uid = $2, analysis_id = $3, submissions = submissions + 1', [
        workitem,
        study,
        analysisId,
      ]),
    told: (workitem, stage) => set('told_stage = $2, refusals = 0', [workitem, stage]),
    async requestCancel(workitems) {
      const rows = await write<Pick<Claim, 'workitem'>>(
        `UPDATE spinegrade.worklist_claim SET cancel_requested = true, due_at = now()
         WHERE workitem_uid = ANY($1::text[]) AND state <> 'ended' AND NOT cancel_requested
         RETURNING workitem_uid AS workitem`,
        [workitems],
      );
      return rows.map(({ workitem }) => workitem);
    },
    putOff: (workitem, seconds) =>
      set('analysis_id = NULL, due_at = now() + make_interval(secs => $2::float8)', [workitem, seconds]),
    rest: (workitem, seconds) =>
      set('due_at = now() + make_interval(secs => $2::float8)', [workitem, seconds]),
    async refused(workitem, seconds) {
      const [row] = await write<{ refusals: number }>(
        `UPDATE spinegrade.worklist_claim SET refusals = refusals + 1,
           due_at = now() + make_interval(secs => $2::float8) WHERE workitem_uid = $1 RETURNING refusals`,
        [workitem, seconds],
      );
      return row?.refusals ?? 0;
    },
    ended: (workitem, outcome, codes) =>
      set(`state = 'ended', ended_at = now(), outcome = $2, codes = $3::jsonb`, [
        workitem,
        outcome,
        JSON.stringify(codes),
      ]),
    async othersWant({ workitem, analysisId }) {
      const { rows } = await sql.query<{ wanted: boolean }>(
        `SELECT trigger <> 'worklist' OR EXISTS (SELECT FROM unnest(joined_by) AS asker WHERE asker <> 'worklist')
           OR EXISTS (SELECT FROM spinegrade.worklist_claim AS other WHERE other.analysis_id = analysis.id
             AND other.workitem_uid <> $2 AND other.state <> 'ended' AND NOT other.cancel_requested) AS wanted
         FROM spinegrade.analysis WHERE id = $1`,
        [analysisId, workitem],
      );
      return rows[0]?.wanted ?? false;
    },
  };
}
