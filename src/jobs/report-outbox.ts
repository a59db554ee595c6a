import type { KeptReport, ReportOutbox } from '../analyze-study.ts';
import type { Sql } from './sql.ts';

const COLUMNS = `analysis_key AS "analysisKey", study_instance_uid AS "studyInstanceUid",
  series_instance_uid AS "seriesInstanceUid", sop_instance_uid AS "sopInstanceUid", bytes, graded, stored`;

/** Reports in the ledger's database. A key's first report is its only one. */
export function createReportOutbox(sql: Sql): ReportOutbox {
  const find = async (analysisKey: string): Promise<KeptReport | null> => {
    const { rows } = await sql.query<KeptReport>(
      `SELECT ${COLUMNS} FROM spinegrade.kept_report WHERE analysis_key = $1`,
      [analysisKey],
    );
    return rows[0] ?? null;
  };
  return {
    find,
    async keep(report) {
      await sql.query(
        `INSERT INTO spinegrade.kept_report
           (analysis_key, study_instance_uid, series_instance_uid, sop_instance_uid, bytes, graded, stored)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (analysis_key) DO NOTHING`,
        [
          report.analysisKey,
          report.studyInstanceUid,
          report.seriesInstanceUid,
          report.sopInstanceUid,
          report.bytes,
          JSON.stringify(report.graded),
          report.stored,
        ],
      );
      const kept = await find(report.analysisKey);
      if (kept === null) throw new Error('a report that was kept is gone from the outbox');
      return kept;
    },
    async markStored(analysisKey) {
      await sql.query(
        `UPDATE spinegrade.kept_report SET stored = true, stored_at = coalesce(stored_at, now())
         WHERE analysis_key = $1`,
        [analysisKey],
      );
    },
  };
}
