import type { KeptReport, ReportOutbox } from '../analyze-study.ts';
import type { Sql } from './sql.ts';

const COLUMNS = `analysis_key AS "analysisKey", study_instance_uid AS "studyInstanceUid",
  series_instance_uid AS "seriesInstanceUid", sop_instance_uid AS "sopInstanceUid", encode(bytes, 'base64') AS base64, graded, stored`;

/** The bytes travel as base64: the embedded database's own coding of bytea holds the event loop up for 30 ms. */
type Row = Omit<KeptReport, 'bytes'> & { readonly base64: string };

/** Reports in the ledger's database. A key's first report is its only one. */
export function createReportOutbox(sql: Sql): ReportOutbox {
  const find = async (analysisKey: string): Promise<KeptReport | null> => {
    const { rows } = await sql.query<Row>(
      `SELECT ${COLUMNS} FROM spinegrade.kept_report WHERE analysis_key = $1`,
      [analysisKey],
    );
    if (rows[0] === undefined) return null;
    const { base64, ...report } = rows[0];
    return { ...report, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
  };
  return {
    find,
    async keep(report) {
      await sql.query(
        `INSERT INTO spinegrade.kept_report
           (analysis_key, study_instance_uid, series_instance_uid, sop_instance_uid, bytes, graded, stored)
         VALUES ($1, $2, $3, $4, decode($5, 'base64'), $6, $7) ON CONFLICT (analysis_key) DO NOTHING`,
        [
          report.analysisKey,
          report.studyInstanceUid,
          report.seriesInstanceUid,
          report.sopInstanceUid,
          Buffer.from(report.bytes).toString('base64'),
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
