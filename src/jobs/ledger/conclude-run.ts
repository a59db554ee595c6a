import type { Sql } from '../../database/sql.ts';
import { attemptLog } from './attempt-log.ts';
import { type Conclusion, FINAL_COLUMNS, finalColumns } from './final-columns.ts';
import { RESULT_DELAY, type ResultDelay } from './result-delay.ts';
import { OURS, type Run } from './run.ts';

/** A run that closed its analysis. */
interface ConcludedRun {
  /** The study changed meanwhile. */
  readonly runAgain: boolean;
  /** Those that other analyses of the study came to before, by SOP Instance UID. */
  readonly toldObjects: readonly string[];
  readonly delay: ResultDelay;
}

/** Closes the analysis; null when the run was overtaken. */
export async function concludeRun(sql: Sql, run: Run, conclusion: Conclusion): Promise<ConcludedRun | null> {
  const columns = finalColumns(conclusion);
  const { rows } = await sql.query<ConcludedRun>(
    `UPDATE spinegrade.analysis SET state = $3, analysis_key = $4, failure = $5, reasons = $6, series = $7, report = $8,
       objects = $9, predecessors = $10, attempt_log = ${attemptLog('$5')}, finished_at = now(), updated_at = now()
     WHERE ${OURS} RETURNING run_again AS "runAgain", ARRAY(
       SELECT object->>'sopInstanceUid' FROM spinegrade.analysis AS other, jsonb_array_elements(other.objects) AS object
       WHERE other.study_instance_uid = analysis.study_instance_uid AND other.id <> analysis.id) AS "toldObjects",
       ${RESULT_DELAY} AS delay`,
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
