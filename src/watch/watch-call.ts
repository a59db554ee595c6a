import { randomUUID } from 'node:crypto';
import type { Database } from '../database/sql.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';

/** The fingerprint of a study whose series could not be listed yet. */
export const NOT_LOOKED_AT = '';
const CALLED = 'called ';

/** Whether the study is to be looked at because somebody called. */
export function isCall(fingerprint: string): boolean {
  return fingerprint.startsWith(CALLED);
}

/** Whether it tells of no images: the study was not looked at yet, or is to be looked at anew. */
export function isNoFingerprint(fingerprint: string): boolean {
  return fingerprint === NOT_LOOKED_AT || isCall(fingerprint);
}

/**
 * Has the watcher look at these studies with its next poll, listed or not, however often they are called: something is
 * said to have come. Whether a study is complete stays the watcher's to find out. Whoever hears of it may call, also where
 * another process watches: each call has a name of its own, which a look that began before does not undo.
 */
export async function callWatcher(database: Database, studies: readonly StudyInstanceUid[]): Promise<void> {
  await database.query(
    `INSERT INTO spinegrade.watched_study AS watched (study_instance_uid, fingerprint, first_seen_at, changed_at)
     SELECT DISTINCT study, $2, now(), now() FROM unnest($1::text[]) AS study ORDER BY study
     ON CONFLICT (study_instance_uid) DO UPDATE SET fingerprint = excluded.fingerprint,
       waited_ms = CASE WHEN watched.submitted_fingerprint = watched.fingerprint THEN 0 ELSE watched.waited_ms END`,
    [studies, `${CALLED}${randomUUID()}`],
  );
}
