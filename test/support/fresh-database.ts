import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabaseThread } from '../../src/database/embedded/database-thread.ts';

const MADE_BY = ['src/database/embedded/durable-pglite.ts', 'node_modules/@electric-sql/pglite/package.json'];

/**
 * Puts into a data folder what the first start of the embedded database makes there, before any table: made once by the
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
  const made = join(folder, 'database');
  await (await startDatabaseThread(made, 300_000)).close();
  try {
    renameSync(made, kept);
  } catch (cause) {
    // Another worker of the test run was faster.
    if (!existsSync(kept)) throw cause;
  }
  rmSync(folder, { recursive: true, force: true });
}
