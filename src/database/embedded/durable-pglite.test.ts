import fs, { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDurablePglite, openDurablePglite } from './durable-pglite.ts';

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
  const original = fs.fsyncSync;
  let synced = 0;
  fs.fsyncSync = (file) => {
    original(file);
    synced += 1;
  };
  syncBuiltinESMExports();
  try {
    for (let number = 1; number <= 5; number += 1) {
      await pglite.query('INSERT INTO written VALUES ($1)', [number]);
      expect(synced).toBeGreaterThanOrEqual(number);
    }
  } finally {
    fs.fsyncSync = original;
    syncBuiltinESMExports();
  }
});
