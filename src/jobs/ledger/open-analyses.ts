import type { Sql } from '../../database/sql.ts';
import type { QueueDepth } from '../../observe/metrics/queue-metrics.ts';
import { REPEATS } from '../repeats.ts';

const QUEUE = `SELECT count(*) FILTER (WHERE state = 'queued')::int AS "queued",
    count(*) FILTER (WHERE state = 'running')::int AS "running",
    greatest(0, extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'queued')))::float8
      AS "oldestQueuedSeconds"
  FROM spinegrade.analysis WHERE state IN ('queued', 'running')`;

const OUTBOX = `SELECT count(*)::int AS "keptObjects",
    greatest(0, extract(epoch FROM now() - min(latest.kept_at)))::float8 AS "oldestKeptSeconds"
  FROM spinegrade.analysis AS open
  CROSS JOIN LATERAL (
    SELECT analysis_key, kept_at FROM spinegrade.kept_result AS kept
    WHERE kept.study_instance_uid = open.study_instance_uid ORDER BY kept_at DESC LIMIT 1) AS latest
  JOIN spinegrade.kept_object AS object ON object.analysis_key = latest.analysis_key
  WHERE open.state IN ('queued', 'running') AND object.stored_at IS NULL`;

/** Of which nobody took note; those that the watcher repeats are told by the rule of failedForNow in watch-ledger.ts. */
const DEAD_LETTERS = `SELECT count(*)::int AS "deadLetters"
  FROM (
    SELECT study_instance_uid, max(created_at) AS created_at,
      count(*) FILTER (WHERE failure->>'retryable' = 'true') AS repeatable,
      (array_agg(failure->>'retryable' ORDER BY created_at DESC))[1] = 'true' AS retryable,
      (array_agg(acknowledged_at IS NOT NULL ORDER BY created_at DESC))[1] AS acknowledged
    FROM spinegrade.analysis WHERE state = 'failed' GROUP BY study_instance_uid) AS failed
  WHERE NOT acknowledged AND NOT EXISTS (
      SELECT FROM spinegrade.analysis AS later WHERE later.study_instance_uid = failed.study_instance_uid
        AND later.created_at > failed.created_at)
    AND NOT (failed.retryable AND failed.repeatable <= $1 AND EXISTS (
      SELECT FROM spinegrade.watched_study AS watched
      WHERE watched.study_instance_uid = failed.study_instance_uid AND NOT watched.set_aside))`;

/** Asked at every scrape: each part has an index that holds no more than what it counts. */
export async function openAnalyses(sql: Sql): Promise<QueueDepth> {
  const { rows } = await sql.query<QueueDepth>(
    `SELECT * FROM (${QUEUE}) AS queue, (${OUTBOX}) AS outbox, (${DEAD_LETTERS}) AS dead`,
    [REPEATS],
  );
  return rows[0]!;
}
