import type { Sql } from '../../database/sql.ts';
import type { IdempotencyKey } from '../analysis-request.ts';
import { RequestError } from '../request-errors.ts';

/** For so long a key stands for its request. */
const KEPT = `interval '24 hours'`;
/** Keys that have expired go with new ones, so many at a time. */
const FORGOTTEN_AT_ONCE = 100;
/** Any number of its own, the same in every process: the first half of the locks on single keys. */
const KEY_LOCK = 5_177_405;

/**
 * The analysis that a key stands for, null when it stands for none.
 * @throws RequestError `idempotency-key-reused` when something else was asked for under it.
 */
export async function analysisOfKey(sql: Sql, { key, fingerprint }: IdempotencyKey): Promise<string | null> {
  const { rows } = await sql.query<{ id: string; same: boolean }>(
    `SELECT analysis_id AS id, fingerprint = $2 AS same FROM spinegrade.idempotency_key
     WHERE key = $1 AND used_at > now() - ${KEPT}`,
    [key, fingerprint],
  );
  if (rows[0] === undefined) return null;
  if (!rows[0].same) throw new RequestError('idempotency-key-reused');
  return rows[0].id;
}

/**
 * Holds the key until the transaction ends.
 * @throws RequestError `request-under-way` when another transaction holds it.
 */
export async function holdKey(sql: Sql, { key }: IdempotencyKey): Promise<void> {
  const { rows } = await sql.query<{ held: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${KEY_LOCK}, hashtext($1)) AS held`,
    [key],
  );
  if (!rows[0]!.held) throw new RequestError('request-under-way');
}

/** The key stands for the analysis from now on. */
export async function keepKey(
  sql: Sql,
  { key, fingerprint }: IdempotencyKey,
  analysisId: string,
): Promise<void> {
  await sql.query(
    `DELETE FROM spinegrade.idempotency_key WHERE key = $1 OR key IN (
       SELECT key FROM spinegrade.idempotency_key WHERE used_at <= now() - ${KEPT} LIMIT ${FORGOTTEN_AT_ONCE}
       FOR UPDATE SKIP LOCKED)`,
    [key],
  );
  await sql.query(
    `INSERT INTO spinegrade.idempotency_key (key, fingerprint, analysis_id) VALUES ($1, $2, $3)`,
    [key, fingerprint, analysisId],
  );
}
