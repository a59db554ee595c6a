import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivatePostgres } from '../../src/cli/bench/backlog/private-postgres.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { Database } from '../../src/database/sql.ts';
import { copyFreshDatabase } from './fresh-database.ts';

/** Where a test's ledger lives: arguments of openDatabase, and the end of it all. */
export interface LedgerPlace {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** Ends a server as a crash does, and starts it again; of an embedded database there is none. */
  crashAndRestart(): Promise<void>;
  remove(): Promise<void>;
}

export const LEDGER_KINDS = ['embedded', 'postgresql'] as const;

/** A fresh folder, and for `postgresql` a real server of its own on a free loopback port. */
export async function startLedgerPlace(kind: (typeof LEDGER_KINDS)[number]): Promise<LedgerPlace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spinegrade-ledger-'));
  const server = kind === 'embedded' ? null : await startPrivatePostgres();
  if (server === null) await copyFreshDatabase(dataDir);
  return {
    dataDir,
    databaseUrl: server?.url ?? null,
    crashAndRestart: async () => server?.crashAndRestart(),
    async remove() {
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestLedger {
  readonly database: Database;
  /** Closes the database and removes where it lived. */
  close(): Promise<void>;
}

/** An open database in a place of its own. */
export async function startTestLedger(kind: (typeof LEDGER_KINDS)[number]): Promise<TestLedger> {
  const place = await startLedgerPlace(kind);
  const database = await openDatabase({ ...place, onFault: () => undefined });
  return {
    database,
    async close() {
      await database.close();
      await place.remove();
    },
  };
}
