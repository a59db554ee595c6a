import type { Database, Sql } from '../database/sql.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { CRASH_LIMIT, poisonFailure } from '../jobs/poison-study.ts';
import { REPEATS } from '../jobs/repeats.ts';
import type { WatchLease } from './watch-lease.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

const COLUMNS = `study_instance_uid AS "studyInstanceUid", fingerprint, first_seen_at AS "firstSeenAt",
  changed_at AS "changedAt", waited_ms AS "waitedMs", submitted_fingerprint AS "submittedFingerprint",
  looks_cut_off AS "looksCutOff", set_aside AS "setAside"`;

/** Wait after the first failure; doubled with each further one … */
const FIRST_REPEAT_SECONDS = 15 * 60;
/** … up to a day. */
const LONGEST_REPEAT_SECONDS = 24 * 3600;
/** What is put into the queue again at one time. */
const REPEATED_AT_ONCE = 20;

/**
 * The watcher's memory in the ledger's database; only the watcher that holds the lease writes. What is due is judged by
 * the database's clock alone.
 * @throws NotActingError by what writes, where another watcher has taken over.
 */
export function createWatchLedger(
  database: Database,
  { holder, whileHeld }: Pick<WatchLease, 'holder' | 'whileHeld'>,
  firstRepeatSeconds = FIRST_REPEAT_SECONDS,
): WatchStore {
  const write = (text: string, parameters: readonly unknown[]) =>
    whileHeld((sql) => sql.query(text, parameters));
  return {
    async cursor() {
      const { rows } = await database.query<{ at: Date }>('SELECT at FROM spinegrade.watch_cursor');
      return rows[0]?.at ?? null;
    },
    async saveCursor(at) {
      await write(
        `INSERT INTO spinegrade.watch_cursor (at) VALUES ($1) ON CONFLICT (single) DO UPDATE SET at = excluded.at`,
        [at],
      );
    },
    async find(study) {
      const { rows } = await database.query<WatchedStudy>(
        `SELECT ${COLUMNS} FROM spinegrade.watched_study WHERE study_instance_uid = $1`,
        [study],
      );
      return rows[0] ?? null;
    },
    async save(study, before) {
      await write(
        `INSERT INTO spinegrade.watched_study AS watched
           (study_instance_uid, fingerprint, first_seen_at, changed_at, waited_ms, submitted_fingerprint)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (study_instance_uid) DO UPDATE SET fingerprint = CASE WHEN watched.fingerprint = $7
             THEN excluded.fingerprint ELSE watched.fingerprint END,
           first_seen_at = excluded.first_seen_at, changed_at = excluded.changed_at,
           waited_ms = excluded.waited_ms, submitted_fingerprint = excluded.submitted_fingerprint`,
        [
          study.studyInstanceUid,
          study.fingerprint,
          study.firstSeenAt,
          study.changedAt,
          study.waitedMs,
          study.submittedFingerprint,
          before,
        ],
      );
    },
    async forget(study, before) {
      await write('DELETE FROM spinegrade.watched_study WHERE study_instance_uid = $1 AND fingerprint = $2', [
        study,
        before,
      ]);
    },
    async awaited() {
      const { rows } = await database.query<WatchedStudy>(
        `SELECT ${COLUMNS} FROM spinegrade.watched_study
         WHERE submitted_fingerprint IS DISTINCT FROM fingerprint AND NOT set_aside
         ORDER BY first_seen_at, study_instance_uid`,
      );
      return rows;
    },
    async beginLook(study) {
      const { rows } = await write(
        `UPDATE spinegrade.watched_study SET looking_process = $2, looking_since = now()
         WHERE study_instance_uid = $1 AND (looking_process IS NULL OR looking_process = $2)
         RETURNING study_instance_uid`,
        [study, holder],
      );
      return rows.length > 0;
    },
    async endLook(study, whole) {
      await database.query(
        `UPDATE spinegrade.watched_study SET looking_process = NULL, looking_since = NULL,
           looks_cut_off = CASE WHEN $3::boolean THEN 0 ELSE looks_cut_off END
         WHERE study_instance_uid = $1 AND looking_process = $2`,
        [study, holder, whole],
      );
    },
    countCutOffLooks: () => whileHeld((sql) => countCutOffLooks(sql, holder)),
    failedForNow: () => failedForNow(database, firstRepeatSeconds),
  };
}

/**
 * Whoever holds the lease knows that the looks of others are cut off. A study that is set aside gets an analysis that
 * failed, so that whoever asks after it is told.
 */
async function countCutOffLooks(sql: Sql, holder: string): Promise<readonly StudyInstanceUid[]> {
  const { rows } = await sql.query<{ study: StudyInstanceUid }>(
    `WITH counted AS (
       UPDATE spinegrade.watched_study SET looking_process = NULL, looking_since = NULL,
         looks_cut_off = looks_cut_off + 1, set_aside = set_aside OR looks_cut_off + 1 >= $2::int
       WHERE looking_process <> $1::uuid
       RETURNING study_instance_uid, set_aside
     )
     INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, failure, finished_at, job_id)
       SELECT gen_random_uuid(), study_instance_uid, 'watch', 'failed', $3::jsonb, now(), gen_random_uuid()
       FROM counted WHERE set_aside
     RETURNING study_instance_uid AS study`,
    [holder, CRASH_LIMIT, JSON.stringify(poisonFailure(CRASH_LIMIT, 'while its images were looked at'))],
  );
  return rows.map(({ study }) => study);
}

/** A failure dated in the future was dated by a clock that stood wrong: its time has come. */
async function failedForNow(
  database: Database,
  firstRepeatSeconds: number,
): Promise<readonly StudyInstanceUid[]> {
  const { rows } = await database.query<{ study: StudyInstanceUid }>(
    `SELECT failed.study_instance_uid AS study
     FROM (
       SELECT study_instance_uid, count(*)::int AS failures, max(created_at) AS created_at,
         max(finished_at) AS finished_at
       FROM spinegrade.analysis WHERE state = 'failed' AND failure->>'retryable' = 'true'
       GROUP BY study_instance_uid HAVING count(*) <= $3
     ) AS failed
     JOIN spinegrade.watched_study AS watched USING (study_instance_uid)
     WHERE NOT watched.set_aside
       AND NOT EXISTS (
         SELECT FROM spinegrade.analysis AS later WHERE later.study_instance_uid = failed.study_instance_uid
           AND (later.created_at > failed.created_at OR later.state IN ('queued', 'running')))
       AND (failed.finished_at > now() OR failed.finished_at
         + make_interval(secs => least($2::float8, $1::float8 * power(2, failed.failures - 1))) <= now())
     ORDER BY failed.finished_at LIMIT ${REPEATED_AT_ONCE}`,
    [firstRepeatSeconds, LONGEST_REPEAT_SECONDS, REPEATS],
  );
  return rows.map(({ study }) => study);
}
