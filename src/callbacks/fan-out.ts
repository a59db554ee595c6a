import { randomUUID } from 'node:crypto';
import type { Database } from '../database/sql.ts';
import { type AnalysisEnd, endMessage } from './end-message.ts';

/** Ends taken at a time. */
const AT_ONCE = 50;

const TAKE = `DELETE FROM spinegrade.analysis_end AS ended WHERE id IN (
    SELECT id FROM spinegrade.analysis_end ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)
  RETURNING analysis_id AS "analysisId", study_instance_uid AS "studyInstanceUid", state, codes, ended_at AS "endedAt",
    only_url AS "onlyUrl",
    ARRAY(SELECT url FROM spinegrade.callback WHERE callback.analysis_id = ended.analysis_id) AS asked`;

/** A receiver that is gone is told nothing; what it would have been told is listed all the same. */
const MAKE = `INSERT INTO spinegrade.delivery
    (id, analysis_id, study_instance_uid, url, type, body, state, fault, finished_at)
  SELECT made.id, made.analysis_id, made.study, made.url, made.type, made.body,
    CASE WHEN gone.url IS NULL THEN 'waiting' ELSE 'failed' END,
    CASE WHEN gone.url IS NOT NULL THEN 'endpoint-off' END, CASE WHEN gone.url IS NOT NULL THEN now() END
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS made (id, analysis_id, study, url, type, body)
  LEFT JOIN spinegrade.callback_off AS gone ON gone.url = made.url`;

/**
 * Makes one delivery of every end noted, for every receiver: those of the settings, and those that were asked for of that
 * analysis. In one transaction, so that each is made once, whichever process does it.
 * @param endpoints URLs told of every analysis.
 * @returns how many ends were taken.
 */
export function fanOut(database: Database, endpoints: readonly string[]): Promise<number> {
  return database.transaction(async (sql) => {
    type Taken = AnalysisEnd & { readonly onlyUrl: string | null; readonly asked: readonly string[] };
    const { rows: ends } = await sql.query<Taken>(TAKE);
    const made = ends.flatMap((end) => {
      const { type, body } = endMessage(end);
      const urls = end.onlyUrl === null ? new Set([...endpoints, ...end.asked]) : [end.onlyUrl];
      return [...urls].map((url) => ({ ...end, id: randomUUID(), url, type, body }));
    });
    if (made.length > 0) {
      const column = <Name extends keyof (typeof made)[number]>(name: Name) => made.map((each) => each[name]);
      const columns = ['id', 'analysisId', 'studyInstanceUid', 'url', 'type', 'body'] as const;
      await sql.query(MAKE, columns.map(column));
    }
    return ends.length;
  });
}
