import type { Database } from '../database/sql.ts';
import type { Attempt, AttemptResult, Delivery, DeliveryState } from './delivery.ts';
import { nextAttemptSeconds } from './retry-schedule.ts';

/** A process that has not said by then what its attempt came to has ended: another makes the next. */
const CLAIM_SECONDS = 120;
/** Attempts at one receiver at a time in one process: one that hangs must not hold up the others. */
const PER_URL = 4;
/** However long a receiver asks to be left alone. */
const LONGEST_WAIT_SECONDS = 24 * 3600;
/** Deliveries told of at a time. */
export const PAGE = 100;

const COLUMNS = `id, analysis_id AS "analysisId", study_instance_uid AS "studyInstanceUid", url, type, state, attempts,
  created_at AS "createdAt", CASE WHEN state = 'waiting' THEN due_at END AS "dueAt", finished_at AS "finishedAt",
  status, fault`;

const CLAIM = `UPDATE spinegrade.delivery SET attempts = attempts + 1, status = NULL, fault = NULL,
    due_at = now() + interval '${CLAIM_SECONDS} s'
  WHERE id IN (
    SELECT id FROM spinegrade.delivery WHERE state = 'waiting' AND due_at <= now() AND id IN (
      SELECT id FROM (
        SELECT id, due_at, row_number() OVER (PARTITION BY url ORDER BY due_at) AS place FROM spinegrade.delivery
        WHERE state = 'waiting' AND due_at <= now() AND url <> ALL($2::text[])) AS due
      WHERE place <= ${PER_URL} ORDER BY due_at LIMIT $1)
    FOR UPDATE SKIP LOCKED)
  RETURNING id, url, body, attempts`;

/** Of an attempt that is still the delivery's latest. */
const LATEST = `id = $1 AND attempts = $2 AND state = 'waiting'`;

/** What was told to whom, and what is to be told. Due times are judged by the database's clock alone. */
export interface DeliveryStore {
  /** Whether anything is to be made or sent just now. */
  isDue(): Promise<boolean>;
  /** Attempts to be made at once, no more than `atMost`, none at the URLs that are busy. */
  claim(atMost: number, busy: readonly string[]): Promise<readonly Attempt[]>;
  /** Writes down what an attempt came to. @returns what became of its delivery. */
  settle(attempt: Attempt, result: AttemptResult): Promise<DeliveryState>;
  /** Newest first, `PAGE` at most; those made before the delivery `after`. */
  list(of: {
    readonly state?: DeliveryState | undefined;
    readonly analysisId?: string | undefined;
    readonly after?: string | undefined;
  }): Promise<readonly Delivery[]>;
  /** Has it sent once more, whatever became of it. Null: there is none of that id. */
  replay(id: string): Promise<Delivery | null>;
  /** For metrics. */
  depth(): Promise<DeliveryDepth>;
}

export interface DeliveryDepth {
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  readonly failed: number;
  readonly endpointsOff: number;
}

export function deliveryStore(database: Database, random: () => number = Math.random): DeliveryStore {
  return {
    async isDue() {
      const { rows } = await database.query<{ due: boolean }>(
        `SELECT EXISTS (SELECT FROM spinegrade.analysis_end)
           OR EXISTS (SELECT FROM spinegrade.delivery WHERE state = 'waiting' AND due_at <= now()) AS due`,
      );
      return rows[0]!.due;
    },
    async claim(atMost, busy) {
      return (await database.query<Attempt>(CLAIM, [atMost, busy])).rows;
    },
    async settle(attempt, result) {
      const { id, url, attempts } = attempt;
      if (result.kind === 'called-off') {
        await database.query(
          `UPDATE spinegrade.delivery SET attempts = attempts - 1, due_at = now() WHERE ${LATEST}`,
          [id, attempts],
        );
        return 'waiting';
      }
      if (result.kind === 'delivered') {
        await finish(database, attempt, 'delivered', result.status, null);
        await database.query('DELETE FROM spinegrade.callback_off WHERE url = $1', [url]);
        return 'delivered';
      }
      const { fault, status, retryAfterSeconds } = result;
      const nextSeconds = mayPass(fault) ? nextAttemptSeconds(attempts, random) : null;
      if (nextSeconds === null) {
        await finish(database, attempt, 'failed', status, fault);
        if (fault === 'gone') await switchOff(database, url);
        return 'failed';
      }
      const seconds = Math.max(nextSeconds, Math.min(retryAfterSeconds ?? 0, LONGEST_WAIT_SECONDS));
      await database.query(
        `UPDATE spinegrade.delivery SET status = $3, fault = $4, due_at = now() + make_interval(secs => $5::float8)
         WHERE ${LATEST}`,
        [id, attempts, status, fault, seconds],
      );
      return 'waiting';
    },
    async list({ state, analysisId, after }) {
      const { rows } = await database.query<Delivery>(
        `SELECT ${COLUMNS} FROM spinegrade.delivery
         WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR analysis_id = $2)
           AND ($3::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM spinegrade.delivery WHERE id = $3))
         ORDER BY created_at DESC, id DESC LIMIT ${PAGE}`,
        [state ?? null, analysisId ?? null, after ?? null],
      );
      return rows;
    },
    async replay(id) {
      const { rows } = await database.query<Delivery>(
        `UPDATE spinegrade.delivery SET state = 'waiting', attempts = 0, due_at = now(), finished_at = NULL, status = NULL,
           fault = NULL WHERE id = $1 RETURNING ${COLUMNS}`,
        [id],
      );
      return rows[0] ?? null;
    },
    async depth() {
      const { rows } = await database.query<DeliveryDepth>(
        `SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting, count(*) FILTER (WHERE state = 'failed')::int
           AS failed, coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'waiting')), 0)::float8
           AS "oldestWaitingSeconds", (SELECT count(*) FROM spinegrade.callback_off)::int AS "endpointsOff"
         FROM spinegrade.delivery WHERE state <> 'delivered'`,
      );
      return rows[0]!;
    },
  };
}

/** Whether another attempt may succeed without anybody changing receiver or settings. */
function mayPass(fault: Delivery['fault']): boolean {
  return fault === 'status' || fault === 'no-answer' || fault === 'not-in-time';
}

async function finish(
  database: Database,
  { id, attempts }: Attempt,
  state: 'delivered' | 'failed',
  status: number | null,
  fault: Delivery['fault'],
): Promise<void> {
  await database.query(
    `UPDATE spinegrade.delivery SET state = $3, status = $4, fault = $5, finished_at = now() WHERE ${LATEST}`,
    [id, attempts, state, status, fault],
  );
}

/** The receiver is told nothing any more, until a replay to it succeeds. */
async function switchOff(database: Database, url: string): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('INSERT INTO spinegrade.callback_off (url) VALUES ($1) ON CONFLICT DO NOTHING', [url]);
    await sql.query(
      `UPDATE spinegrade.delivery SET state = 'failed', fault = 'endpoint-off', finished_at = now()
       WHERE state = 'waiting' AND url = $1`,
      [url],
    );
  });
}
