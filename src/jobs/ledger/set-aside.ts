import type { Sql } from '../../database/sql.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';

/** Whether the watcher leaves the study alone from now on. */
export async function setAside(sql: Sql, study: StudyInstanceUid, aside: boolean): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.watched_study SET set_aside = $2, looks_cut_off = CASE WHEN $2 THEN looks_cut_off ELSE 0 END
     WHERE study_instance_uid = $1 AND set_aside IS DISTINCT FROM $2`,
    [study, aside],
  );
}
