import pg from 'pg';
import { classifyFault, DatabaseFault, systemCode } from './database-fault.ts';
import type { Database, Sql } from './sql.ts';

/**
 * A PostgreSQL that several processes may share. Faults that can pass are DatabaseFaults.
 * @param databaseUrl postgresql://…; never repeated in an error.
 * @param onFault hears of connections that break while idle.
 */
export async function openPostgres(databaseUrl: string, onFault: (error: Error) => void): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'spinegrade',
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  });
  pool.on('error', onFault);
  const database = poolDatabase(pool);
  try {
    await database.query('SELECT 1');
  } catch (cause) {
    await pool.end();
    const code = systemCode(cause);
    const words = `the PostgreSQL of DATABASE_URL does not answer${code === '' ? '' : ` (${code})`}`;
    throw new DatabaseFault('database-unavailable', words, cause);
  }
  return database;
}

function poolDatabase(pool: pg.Pool): Database {
  return {
    kind: 'postgresql',
    copyTo: null,
    // A server that is away is not mended by another start of this process.
    alive: () => true,
    query: queryOf(pool),
    async transaction(work) {
      const client = await pool.connect().catch(rethrow);
      // A connection that breaks while it is lent out reports here as well as to its pending statement.
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on('error', onError);
      const sql: Sql = { query: queryOf(client) };
      try {
        await sql.query('BEGIN');
        const result = await work(sql);
        await sql.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((fault: Error) => {
          broken = fault;
        });
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

function queryOf(session: pg.Pool | pg.PoolClient): Sql['query'] {
  return async <Row>(text: string, parameters?: readonly unknown[]) => {
    const result = (await session
      .query(text, parameters === undefined ? undefined : [...parameters])
      .catch(rethrow)) as pg.QueryResult | readonly pg.QueryResult[];
    const results = Array.isArray(result)
      ? (result as readonly pg.QueryResult[])
      : [result as pg.QueryResult];
    return { rows: results.flatMap((each) => (each.rows ?? []) as Row[]) };
  };
}

function rethrow(error: unknown): never {
  throw classifyFault(error);
}
