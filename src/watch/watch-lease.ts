import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database/sql.ts';

/** How long a watcher that is silent keeps its place … */
export const LEASE_MS = 6_000;
/** … which it says again this often. */
export const RENEW_MS = 2_000;
/** A transaction of a watcher that was stopped in the middle of it holds its place no longer than this. */
const STANDSTILL_MS = 4_000;

/** Another watcher of the same database has taken over: what this one was about to write is not written. */
export class NotActingError extends Error {
  override readonly name = 'NotActingError';
  constructor() {
    super('another watcher of this database has taken over');
  }
}

/** The place of the one watcher that acts. Whether it is taken is judged by the database's clock alone. */
export interface WatchLease {
  /** This process among the watchers of the database. */
  readonly holder: string;
  /** Takes the place where it is free, keeps it where it is this watcher's. False: another's. */
  take(): Promise<boolean>;
  /**
   * Runs `write` in a transaction throughout which no other can take over.
   * @throws NotActingError, nothing written, where another has.
   */
  whileHeld<Result>(write: (sql: Sql) => Promise<Result>): Promise<Result>;
  release(): Promise<void>;
}

/**
 * The lease of a process. An embedded database has one owner, which so knows that the holder it finds there is gone; a
 * lease that ends later than any can was taken before the database's clock was set back.
 */
export function watchLease(database: Database): WatchLease {
  const holder = randomUUID();
  const whileHeld: WatchLease['whileHeld'] = (write) =>
    database.transaction(async (sql) => {
      if (database.kind === 'postgresql') {
        await sql.query(`SET LOCAL idle_in_transaction_session_timeout = ${STANDSTILL_MS}`);
      }
      const { rows } = await sql.query(
        'SELECT FROM spinegrade.watch_lease WHERE holder = $1 AND expires_at > now() FOR SHARE',
        [holder],
      );
      if (rows.length === 0) throw new NotActingError();
      return await write(sql);
    });
  return {
    holder,
    whileHeld,
    async take() {
      const { rows } = await database.query(
        `INSERT INTO spinegrade.watch_lease AS lease (holder, expires_at)
           VALUES ($1, now() + make_interval(secs => $2::float8))
         ON CONFLICT (single) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
           WHERE lease.holder = excluded.holder OR lease.expires_at <= now()
             OR lease.expires_at > excluded.expires_at OR $3::boolean
         RETURNING holder`,
        [holder, LEASE_MS / 1000, database.kind === 'embedded'],
      );
      return rows.length > 0;
    },
    async release() {
      await database.query('DELETE FROM spinegrade.watch_lease WHERE holder = $1', [holder]);
    },
  };
}
