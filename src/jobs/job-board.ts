import { type Clock, PgBoss, systemClock } from 'pg-boss';
import type { Database, Sql } from '../database/sql.ts';
import type { Events } from '../observe/events/events.ts';

const QUEUE = 'analyses';
const SCHEMA = 'spinegrade_jobs';

/** How often an idle worker looks for jobs whose time has come; new ones wake it at once. */
const POLL_SECONDS = 1;
/** How often the claims of other replicas are checked for a missed heartbeat. */
const SUPERVISE_SECONDS = 10;
/**
 * After which pg-boss takes a claim away: a day, the longest it allows. Runs have limits of their own that no clock on
 * the wall can shorten, and a process that died shows by its heartbeats.
 */
const EXPIRE_SECONDS = 24 * 3600;
/** An analysis may wait this long for its turn. */
const RETENTION_SECONDS = 10 * 365 * 24 * 3600;
/** The ledger decides when to give up; to the job queue every job is worth another try. */
const RETRY_LIMIT = 1_000_000;

/** Workers count their pauses by it: one by the clock on the wall would last as long as that was set back. */
const STEADY_CLOCK: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };

/** A job as a worker holds it: its id, and which claim on it this is. */
export interface HeldJob {
  readonly id: string;
  readonly retryCount: number;
  readonly analysisId: string;
  /** Aborted when the claim is lost. */
  readonly signal: AbortSignal;
}

/** Jobs in pg-boss, written in the transactions of the ledger. A job carries only the id of its analysis. */
export interface JobBoard {
  add(
    sql: Sql,
    /** `rank`: the highest is taken first. `delayMs`: from now, by the database's clock. */
    job: {
      readonly id: string;
      readonly analysisId: string;
      readonly rank: number;
      readonly delayMs?: number;
    },
  ): Promise<void>;
  /** A job that waits is taken by that rank, where it is higher than the one it has. */
  advance(sql: Sql, job: { readonly id: string; readonly rank: number }): Promise<void>;
  /** A job that waits is not to be done any more. */
  drop(sql: Sql, id: string): Promise<void>;
  /** A job that is put off is so no longer. */
  beginNow(sql: Sql, id: string): Promise<void>;
  complete(sql: Sql, job: HeldJob): Promise<void>;
  /** Lets go of every claim: only for the one owner of a database, before it works. Returns how many. */
  releaseAll(sql: Sql): Promise<number>;
  /** Lets begin at once what would wait longer than any delay: its time was set by a clock that stood wrong. */
  hasten(sql: Sql): Promise<void>;
  /** Those of the given jobs that no worker will ever take. */
  missing(sql: Sql, ids: readonly string[]): Promise<readonly string[]>;
  work(concurrency: number, handle: (job: HeldJob) => Promise<void>): Promise<void>;
  /** Wakes idle workers of this process. */
  wake(): void;
  /** Takes no more jobs; resolves when the held ones are settled. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param longestDelaySeconds no job is put off longer.
 * @param heartbeatSeconds silence after which another process takes a job over, 10 at least; only of use where
 *   several processes share the database.
 */
export async function openJobBoard(
  database: Database,
  events: Events,
  limits: { readonly longestDelaySeconds: number; readonly heartbeatSeconds: number },
): Promise<JobBoard> {
  const boss = new PgBoss({
    db: executorOf(database),
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    schema: SCHEMA,
    schedule: false,
    // Both watch the upkeep of large shared servers; here the tables stay small.
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    clock: STEADY_CLOCK,
  });
  boss.on('error', events.queueFault);
  boss.on('warning', (warning) => events.queueWarning(warning.message));
  await alone(database, async () => {
    await boss.start();
    await boss.createQueue(QUEUE);
  });
  // Creating a queue drops it from the cache that `send` reads. Filling it here keeps that read, which would go
  // around the transaction, out of the first submission.
  await boss.findJobs(QUEUE, { id: '00000000-0000-0000-0000-000000000000' });

  const workers: string[] = [];
  const wake = () => {
    for (const worker of workers) boss.notifyWorker(worker);
  };
  const jobOptions = {
    expireInSeconds: EXPIRE_SECONDS,
    retentionSeconds: RETENTION_SECONDS,
    retryLimit: RETRY_LIMIT,
    retryDelay: 1,
    ...(database.kind === 'postgresql' ? { heartbeatSeconds: limits.heartbeatSeconds } : {}),
  };
  return {
    async add(sql, { id, analysisId, rank, delayMs = 0 }) {
      // In seconds, so that the database adds it to its own clock.
      const when = delayMs > 0 ? { startAfter: delayMs / 1000 } : {};
      const sent = await boss.send(
        QUEUE,
        { analysisId },
        { ...jobOptions, ...when, id, priority: rank, db: executorOf(sql) },
      );
      if (sent === null) throw new Error('the job queue did not take a job');
    },
    async advance(sql, { id, rank }) {
      await sql.query(
        `UPDATE ${SCHEMA}.job SET priority = $3 WHERE name = $1 AND id = $2 AND state IN ('created', 'retry')
           AND priority < $3`,
        [QUEUE, id, rank],
      );
    },
    async drop(sql, id) {
      await sql.query(
        `DELETE FROM ${SCHEMA}.job WHERE name = $1 AND id = $2 AND state IN ('created', 'retry')`,
        [QUEUE, id],
      );
    },
    async beginNow(sql, id) {
      await sql.query(
        `UPDATE ${SCHEMA}.job SET start_after = now() WHERE name = $1 AND id = $2 AND state IN ('created', 'retry')
           AND start_after > now()`,
        [QUEUE, id],
      );
    },
    async complete(sql, { id, retryCount }) {
      await boss.complete(QUEUE, { id, retryCount }, null, { db: executorOf(sql) });
    },
    async releaseAll(sql) {
      const { rows } = await sql.query<{ id: string }>(
        `SELECT id FROM ${SCHEMA}.job WHERE name = $1 AND state = 'active'`,
        [QUEUE],
      );
      const ids = rows.map((row) => row.id);
      if (ids.length > 0)
        await boss.fail(QUEUE, ids, { message: 'the process ended' }, { db: executorOf(sql) });
      return ids.length;
    },
    async hasten(sql) {
      await sql.query(
        `UPDATE ${SCHEMA}.job SET start_after = now() WHERE name = $1 AND state IN ('created', 'retry')
           AND start_after > now() + make_interval(secs => $2::float8)`,
        [QUEUE, limits.longestDelaySeconds],
      );
    },
    async missing(sql, ids) {
      const { rows } = await sql.query<{ id: string }>(
        `SELECT wanted.id FROM unnest($2::uuid[]) AS wanted (id) WHERE NOT EXISTS (
           SELECT FROM ${SCHEMA}.job WHERE name = $1 AND job.id = wanted.id AND state IN ('created', 'retry', 'active'))`,
        [QUEUE, ids],
      );
      return rows.map((row) => row.id);
    },
    async work(concurrency, handle) {
      for (let worker = 0; worker < concurrency; worker += 1) {
        const options = { pollingIntervalSeconds: POLL_SECONDS };
        const id = await boss.work<{ analysisId: string }>(QUEUE, options, async ([job]) => {
          if (job === undefined) return;
          const { id, retryCount, signal } = job;
          await handle({ id, retryCount, signal, analysisId: job.data.analysisId });
          // After a job look for the next at once, not at the next poll.
          wake();
        });
        workers.push(id);
      }
    },
    wake,
    rest: () => boss.offWork(QUEUE, { wait: true }),
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

/** Any number of its own, the same in every process: guards the tables of the jobs while several replicas start at once. */
const START_LOCK = 5_177_404;

/** Of processes that share a database one at a time; an embedded one has a single session, and a single owner. */
async function alone(database: Database, run: () => Promise<void>): Promise<void> {
  if (database.kind === 'embedded') return run();
  await database.transaction(async (sql) => {
    await sql.query(`SELECT pg_advisory_xact_lock(${START_LOCK})`);
    await run();
  });
}

function executorOf(sql: Sql) {
  return {
    executeSql: (text: string, values?: unknown[]) => sql.query<Record<string, unknown>>(text, values),
  };
}
