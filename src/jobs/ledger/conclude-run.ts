import type { Sql } from '../../database/sql.ts';
import { type Conclusion, FINAL_COLUMNS, finalColumns } from './final-columns.ts';
import { OURS, type Run } from './run.ts';

/**
 * Closes the analysis; null when the run was overtaken. `runAgain`: the study changed meanwhile. `toldObjects`:
 * those that other analyses of the study came to before, by SOP Instance UID.
 */
export async function concludeRun(
  sql: Sql,
  run: Run,
  conclusion: Conclusion,
): Promise<{ readonly runAgain: boolean; readonly toldObjects: readonly string[] } | null> {
  const columns = finalColumns(conclusion);
  const { rows } = await sql.query<{ runAgain: boolean; toldObjects: string[] }>(
    `UPDATE spinegrade.analysis SET state = $3, analysis_key = $4, failure = $5, reasons = $6, series = $7, report = $8,
       objects = $9, predecessors = $10, finished_at = now(), updated_at = now()
     WHERE ${OURS} RETURNING run_again AS "runAgain", ARRAY(
       SELECT object->>'sopInstanceUid' FROM spinegrade.analysis AS other, jsonb_array_elements(other.objects) AS object
       WHERE other.study_instance_uid = analysis.study_instance_uid AND other.id <> analysis.id) AS "toldObjects"`,
    [
      run.id,
      run.attempt,
      columns.state,
      columns.analysisKey,
      ...FINAL_COLUMNS.map((name) => (columns[name] === null ? null : JSON.stringify(columns[name]))),
    ],
  );
  return rows[0] ?? null;
}
