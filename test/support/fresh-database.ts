import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/database/open-database.ts';
import { openJobBoard } from '../../src/jobs/job-board.ts';
import { LONGEST_DELAY_MS } from '../../src/jobs/retry-delay.ts';
import { recordingEvents } from './ledger-events.ts';

const MADE_BY = [
  'node_modules/@electric-sql/pglite/package.json',
  'node_modules/pg-boss/package.json',
  'src/database/embedded/durable-pglite.ts',
  'src/database/migrate.ts',
  'src/database/migration-steps.ts',
  'src/jobs/job-board.ts',
];

/**
 * Puts into a data folder what a first start makes there, the tables of ledger and queue with it: made once by the
 * program itself, which takes seconds of processor time, and copied from then on.
 */
export async function copyFreshDatabase(dataDir: string): Promise<void> {
  const hash = createHash('sha256');
  for (const file of MADE_BY) hash.update(readFileSync(join(import.meta.dirname, '../..', file)));
  const kept = join(tmpdir(), `spinegrade-fresh-${process.getuid?.()}-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(kept)) await make(kept);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(kept, join(dataDir, 'database'), { recursive: true });
}

async function make(kept: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spinegrade-making-'));
  const database = await openDatabase({ dataDir: folder, databaseUrl: null, onFault: () => undefined });
  const limits = { longestDelaySeconds: LONGEST_DELAY_MS / 1000, heartbeatSeconds: 30 };
  await (await openJobBoard(database, recordingEvents().events, limits)).close();
  await database.close();
  try {
    renameSync(join(folder, 'database'), kept);
  } catch (cause) {
    // Another worker of the test run was faster.
    if (!existsSync(kept)) throw cause;
  }
  rmSync(folder, { recursive: true, force: true });
}
