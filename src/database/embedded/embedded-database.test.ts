import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../sql.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spinegrade-embedded-'));
  database = await openEmbeddedDatabase(folder);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

test('refuses a folder that is open, and gives it free again', async () => {
  await database.query('CREATE TABLE written (number integer)');
  await database.query('INSERT INTO written VALUES ($1)', [5]);
  await expect(openEmbeddedDatabase(folder)).rejects.toThrow(FolderInUseError);
  await database.close();
  database = await openEmbeddedDatabase(folder);
  expect((await database.query('SELECT number FROM written')).rows).toEqual([{ number: 5 }]);
});

test('values go through the thread as they are', async () => {
  const at = new Date('2024-02-29T12:00:00.123Z');
  const { rows } = await database.query(
    `SELECT $1::text AS text, $2::timestamptz AS at, $3::uuid[] AS ids, $4::jsonb AS json, NULL AS nothing`,
    ['Ä', at, ['00000000-0000-4000-8000-000000000000'], JSON.stringify({ deep: [1.5] })],
  );
  expect(rows).toEqual([
    { text: 'Ä', at, ids: ['00000000-0000-4000-8000-000000000000'], json: { deep: [1.5] }, nothing: null },
  ]);
});

test('a fault has its SQLSTATE and no values, and leaves no transaction open', async () => {
  await database.query('CREATE UNIQUE INDEX ON written (number)');
  const fault = await database
    .transaction(async (sql) => {
      await sql.query('INSERT INTO written VALUES (6)');
      await sql.query('INSERT INTO written VALUES ($1)', [5]);
    })
    .catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: '23505' });
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('(number)=(5)');
  expect((await database.query('SELECT number FROM written')).rows).toEqual([{ number: 5 }]);
});

test('a statement that takes long leaves the event loop free', async () => {
  let turns = 0;
  const running = database.query('SELECT pg_sleep(0.2)').then(() => true);
  while (!(await Promise.race([running, nextTurn(false)]))) turns += 1;
  expect(turns).toBeGreaterThan(10);
});

test('what cannot be opened says so, and the folder is free again', async () => {
  const other = mkdtempSync(join(tmpdir(), 'spinegrade-embedded-'));
  writeFileSync(join(other, 'database'), 'not a folder');
  await expect(openEmbeddedDatabase(other)).rejects.toThrow('the embedded database: its thread has ended');
  lockFolder(other).release();
  rmSync(other, { recursive: true });
});
