import type { Database } from '../database/sql.ts';

/**
 * Asks for a URL to be told when an analysis ends; of one that has ended it is told at once. Asking twice changes nothing.
 * @param url one that the rules allow.
 */
export async function askCallback(database: Database, analysisId: string, url: string): Promise<void> {
  await database.transaction(async (sql) => {
    // Whoever ends it waits for this transaction, or has ended it before.
    const { rows } = await sql.query<{ ended: boolean }>(
      `SELECT state NOT IN ('queued', 'running') AS ended FROM spinegrade.analysis WHERE id = $1 FOR UPDATE`,
      [analysisId],
    );
    if (rows[0] === undefined) return;
    const asked = await sql.query(
      `INSERT INTO spinegrade.callback (analysis_id, url) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING url`,
      [analysisId, url],
    );
    if (rows[0].ended && asked.rows.length > 0) {
      await sql.query('SELECT spinegrade.note_end(analysis, $2) FROM spinegrade.analysis WHERE id = $1', [
        analysisId,
        url,
      ]);
    }
  });
}
