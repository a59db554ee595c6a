import fs, { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDurablePglite, openDurablePglite } from './durable-pglite.ts';
import { PostgresEnded } from './postgres-ended.ts';

let folder: string;
let pglite: PGlite;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spinegrade-pglite-'));
  mkdirSync(join(folder, 'database.unfinished'));
  await createDurablePglite(join(folder, 'database'));
  pglite = await openDurablePglite(join(folder, 'database'));
});
afterAll(async () => {
  await pglite.close();
  rmSync(folder, { recursive: true, force: true });
});

test('starts over where a first start was cut off', () => {
  expect(readdirSync(folder)).toEqual(['database']);
});

test('has every commit on the disk before it answers', async () => {
  await pglite.exec('CREATE TABLE written (number integer)');
  const sync = fs.fsyncSync;
  let synced = 0;
  const counted: typeof fs.fsyncSync = (file) => {
    sync(file);
    synced += 1;
  };
  await withFs('fsyncSync', counted, async () => {
    for (let number = 1; number <= 5; number += 1) {
      await pglite.query('INSERT INTO written VALUES ($1)', [number]);
      expect(synced).toBeGreaterThanOrEqual(number);
    }
  });
});

test('an ERROR is the end of its statement alone', async () => {
  await expect(pglite.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
  expect((await pglite.query('SELECT count(*)::int AS n FROM written')).rows).toEqual([{ n: 5 }]);
});

test('where PostgreSQL stops in the middle of a commit nothing of it runs on, and the fault is the first', async () => {
  const dying = await openDurablePglite(copyOf('dying'));
  const full: typeof fs.writeSync = () => {
    throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
  };
  const first = await withFs('writeSync', full, () =>
    dying.query('INSERT INTO written VALUES (6)').catch((fault: unknown) => fault),
  );
  expect(first).toBeInstanceOf(PostgresEnded);
  expect(first).toMatchObject({
    code: 'ENOSPC',
    message: expect.stringMatching(/^could not .*: No space left on device$/),
  });
  // There is room again; it has stopped all the same.
  await expect(dying.exec('ROLLBACK')).rejects.toBe(first);
  await expect(dying.query('SELECT 1')).rejects.toBe(first);
  const opened = await openDurablePglite(join(folder, 'dying'));
  expect((await opened.query('SELECT count(*)::int AS n FROM written')).rows).toEqual([{ n: 5 }]);
  await opened.close();
}, 60_000);

/** The database as its files have it, while no statement runs. */
function copyOf(name: string): string {
  const copy = join(folder, name);
  cpSync(join(folder, 'database'), copy, { recursive: true });
  return copy;
}

/** Node's own fs, which PGlite's file system calls, with one function replaced meanwhile. */
async function withFs<Name extends 'fsyncSync' | 'writeSync', Result>(
  name: Name,
  replaced: (typeof fs)[Name],
  run: () => Promise<Result>,
): Promise<Result> {
  const original = fs[name];
  fs[name] = replaced;
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    fs[name] = original;
    syncBuiltinESMExports();
  }
}
