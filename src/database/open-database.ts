import { hasDatabase, openEmbeddedDatabase } from './embedded/embedded-database.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres-database.ts';
import type { Database } from './sql.ts';

/**
 * Whether opening finds a database. To make an embedded one takes half a GiB for some seconds: no time for anything else
 * that is large.
 */
export function isDatabaseMade(where: {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
}): boolean {
  return where.databaseUrl !== null || hasDatabase(where.dataDir);
}

/**
 * Opens the database of ledger and queue and brings the ledger's tables up to date: the PostgreSQL of
 * `databaseUrl` where one is given, else an embedded one in `dataDir`.
 * @param onFault hears of connections that break while idle and of an embedded database that is lost; the next
 *   statement connects or opens anew.
 * @param onMended hears how many files of `dataDir` were open to others and no longer are.
 * @throws FolderInUseError when another process owns `dataDir`; FolderOpenError when others can enter it; DatabaseNewerError; DatabaseFault when it does not answer.
 */
export async function openDatabase(where: {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly onFault: (error: Error) => void;
  readonly onMended?: (count: number) => void;
}): Promise<Database> {
  const database =
    where.databaseUrl === null
      ? await openEmbeddedDatabase(where.dataDir, where)
      : await openPostgres(where.databaseUrl, where.onFault);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
