import type { WatchedStudy, WatchStore } from '../dicomweb/watch-store.ts';
import type { Sql } from './sql.ts';

const COLUMNS = `study_instance_uid AS "studyInstanceUid", fingerprint, first_seen_at AS "firstSeenAt",
  changed_at AS "changedAt", submitted_fingerprint AS "submittedFingerprint"`;

/** The watcher's memory in the ledger's database. */
export function createWatchLedger(sql: Sql): WatchStore {
  return {
    async cursor() {
      const { rows } = await sql.query<{ at: Date }>('SELECT at FROM spinegrade.watch_cursor');
      return rows[0]?.at ?? null;
    },
    async saveCursor(at) {
      await sql.query(
        `INSERT INTO spinegrade.watch_cursor (at) VALUES ($1) ON CONFLICT (single) DO UPDATE SET at = excluded.at`,
        [at],
      );
    },
    async find(study) {
      const { rows } = await sql.query<WatchedStudy>(
        `SELECT ${COLUMNS} FROM spinegrade.watched_study WHERE study_instance_uid = $1`,
        [study],
      );
      return rows[0] ?? null;
    },
    async save(study) {
      await sql.query(
        `INSERT INTO spinegrade.watched_study
           (study_instance_uid, fingerprint, first_seen_at, changed_at, submitted_fingerprint)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (study_instance_uid) DO UPDATE SET fingerprint = excluded.fingerprint,
           first_seen_at = excluded.first_seen_at, changed_at = excluded.changed_at,
           submitted_fingerprint = excluded.submitted_fingerprint`,
        [
          study.studyInstanceUid,
          study.fingerprint,
          study.firstSeenAt,
          study.changedAt,
          study.submittedFingerprint,
        ],
      );
    },
    async awaited() {
      const { rows } = await sql.query<WatchedStudy>(
        `SELECT ${COLUMNS} FROM spinegrade.watched_study
         WHERE submitted_fingerprint IS DISTINCT FROM fingerprint ORDER BY first_seen_at, study_instance_uid`,
      );
      return rows;
    },
  };
}
