import fs, { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { FolderInUseError } from './folder-lock.ts';
import type { Database } from './sql.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spinegrade-embedded-'));
  fs.mkdirSync(join(folder, 'database.unfinished'));
  database = await openEmbeddedDatabase(folder);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

test('starts over where a first start was cut off', () => {
  expect(readdirSync(folder).sort()).toContain('database');
  expect(readdirSync(folder)).not.toContain('database.unfinished');
});

test('has every commit on the disk before it answers', async () => {
  await database.query('CREATE TABLE written (number integer)');
  const original = fs.fsyncSync;
  let synced = 0;
  fs.fsyncSync = (file) => {
    original(file);
    synced += 1;
  };
  syncBuiltinESMExports();
  try {
    for (let number = 1; number <= 5; number += 1) {
      await database.query('INSERT INTO written VALUES ($1)', [number]);
      expect(synced).toBeGreaterThanOrEqual(number);
    }
  } finally {
    fs.fsyncSync = original;
    syncBuiltinESMExports();
  }
});

test('refuses a folder that is open, and gives it free again', async () => {
  await expect(openEmbeddedDatabase(folder)).rejects.toThrow(FolderInUseError);
  await database.close();
  database = await openEmbeddedDatabase(folder);
  expect((await database.query('SELECT count(*)::int AS count FROM written')).rows).toEqual([{ count: 5 }]);
});
