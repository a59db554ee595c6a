import type { Sql } from './sql.ts';

/** Bytes that the database takes on its disk. */
export async function databaseSize(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database())::float8 AS bytes',
  );
  return rows[0]!.bytes;
}
