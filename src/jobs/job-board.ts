import { PgBoss } from 'pg-boss';
import type { Events } from '../events.ts';
import type { Database, Sql } from './sql.ts';

const QUEUE = 'analyses';
const SCHEMA = 'spinegrade_jobs';

/** How often an idle worker looks for jobs whose time has come; new ones wake it at once. */
const POLL_SECONDS = 1;
/** How often the claims of other replicas are checked for a missed heartbeat. */
const SUPERVISE_SECONDS = 10;
/** An analysis may wait this long for its turn. */
const RETENTION_SECONDS = 10 * 365 * 24 * 3600;
/** The ledger decides when to give up; to the job queue every job is worth another try. */
const RETRY_LIMIT = 1_000_000;

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
    job: { readonly id: string; readonly analysisId: string; readonly notBefore?: Date },
  ): Promise<void>;
  complete(sql: Sql, job: HeldJob): Promise<void>;
  /** Lets go of every claim: only for the one owner of a database, before it works. Returns how many. */
  releaseAll(sql: Sql): Promise<number>;
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
 * @param expireSeconds after which a claim is taken away; longer than any run may last.
 * @param heartbeatSeconds silence after which another process takes a job over, 10 at least; only of use where
 *   several processes share the database.
 */
export async function openJobBoard(
  database: Database,
  events: Events,
  limits: { readonly expireSeconds: number; readonly heartbeatSeconds: number },
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
  });
  boss.on('error', events.queueFault);
  boss.on('warning', (warning) => events.queueWarning(warning.message));
  await boss.start();
  await boss.createQueue(QUEUE);
  // Creating a queue drops it from the cache that `send` reads. Filling it here keeps that read, which would go
  // around the transaction, out of the first submission.
  await boss.findJobs(QUEUE, { id: '00000000-0000-0000-0000-000000000000' });

  const workers: string[] = [];
  const wake = () => {
    for (const worker of workers) boss.notifyWorker(worker);
  };
  const jobOptions = {
    expireInSeconds: limits.expireSeconds,
    retentionSeconds: RETENTION_SECONDS,
    retryLimit: RETRY_LIMIT,
    retryDelay: 1,
    ...(database.kind === 'postgresql' ? { heartbeatSeconds: limits.heartbeatSeconds } : {}),
  };
  return {
    async add(sql, { id, analysisId, notBefore }) {
      const when = notBefore === undefined ? {} : { startAfter: notBefore };
      const sent = await boss.send(
        QUEUE,
        { analysisId },
        { ...jobOptions, ...when, id, db: executorOf(sql) },
      );
      if (sent === null) throw new Error('the job queue did not take a job');
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

function executorOf(sql: Sql) {
  return {
    executeSql: (text: string, values?: unknown[]) => sql.query<Record<string, unknown>>(text, values),
  };
}
