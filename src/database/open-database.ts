import { type HeldBack, heldBack } from '../process/held-back.ts';
import { hasDatabase, openEmbeddedDatabase } from './embedded/embedded-database.ts';
import { migrate } from './migrate.ts';
import type { Database } from './sql.ts';

/**
 * Whether opening finds a database. To make an embedded one takes half a GiB for some seconds: no time for anything else
 * that is large.
 */
function isDatabaseMade(where: { readonly dataDir: string; readonly databaseUrl: string | null }): boolean {
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
      : await (await postgres()).openPostgres(where.databaseUrl, where.onFault);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The driver is loaded where there is a PostgreSQL. */
const postgres = () => import('./postgres-database.ts');

/** A database that began to open before there was anybody to tell of its faults. */
export interface BegunDatabase {
  /** Whether there was one to open. */
  readonly isMade: boolean;
  readonly opened: Promise<Database>;
  readonly faults: HeldBack<[Error]>;
  /** How many files of the folder were open to others. */
  readonly mended: HeldBack<[number]>;
}

/** Begins to open the database, as openDatabase does: on its own thread or by the network, whatever is done meanwhile. */
export function beginDatabase(where: {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
}): BegunDatabase {
  const faults = heldBack<[Error]>();
  const mended = heldBack<[number]>();
  const isMade = isDatabaseMade(where);
  const opened = openDatabase({ ...where, onFault: faults.say, onMended: mended.say });
  // Whoever waits for it hears of its fault.
  opened.catch(() => undefined);
  return { isMade, opened, faults, mended };
}
