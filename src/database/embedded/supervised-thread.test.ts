import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabaseFault } from '../database-fault.ts';
import type { Database } from '../sql.ts';
import { startDatabaseThread } from './database-thread.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { SUPERVISION, superviseThread } from './supervised-thread.ts';

let folder: string;
let disk: string;
/** A full disk needs a disk of its own: a small one in memory, where this user may mount one. */
let mounted: boolean;
let database: Database;
const told: Error[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spinegrade-supervised-'));
  disk = join(folder, 'disk');
  mkdirSync(disk);
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]).status === 0;
  const limits = { ...SUPERVISION, statementMs: 2_000, reopenAfterMs: 50 };
  const onFault = (error: Error) => told.push(error);
  database = await openEmbeddedDatabase(join(disk, 'data'), { onFault, limits });
  await database.query('CREATE TABLE written (number integer)');
  await database.query('INSERT INTO written VALUES (1)');
}, 240_000);
afterAll(async () => {
  await database?.close();
  if (mounted) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const count = async () =>
  (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM written')).rows[0]!.n;

test('a statement that hangs is ended with its thread; the database comes back with all it had', async () => {
  const hanging = database.transaction(async (sql) => {
    await sql.query('INSERT INTO written VALUES (2)');
    await sql.query('SELECT pg_sleep(600)');
  });
  const next = count();
  await expect(hanging).rejects.toMatchObject({
    name: 'DatabaseFault',
    code: 'database-unavailable',
    retryable: true,
    message: expect.stringContaining('longer than 2000 ms'),
  });
  expect(await next).toBe(1);
  expect(told).toHaveLength(1);
  expect(database.alive()).toBe(true);
}, 120_000);

test('a full disk is a passing fault, and with room the same process goes on', async () => {
  if (!mounted) return console.info('not tried: no file system may be mounted here');
  fill(disk, 2 ** 20);
  // Into the write-ahead log until it needs its next segment: PostgreSQL's own PANIC, after which it would spin.
  const write = () => database.query(`SELECT pg_logical_emit_message(true, 'a', repeat('b', 1000000))`);
  const faults: unknown[] = [];
  while (faults.length < 3) await write().catch((fault: unknown) => faults.push(fault));
  for (const fault of faults) {
    expect(fault).toBeInstanceOf(DatabaseFault);
    expect(fault).toMatchObject({ code: 'disk-full', retryable: true });
  }
  expect(database.alive()).toBe(true);

  rmSync(join(disk, 'filler'));
  await sleep(60);
  await write();
  expect(await count()).toBe(1);
}, 120_000);

test('wherever in its work a full disk meets it, what was answered is there afterwards, once', async () => {
  if (!mounted) return console.info('not tried: no file system may be mounted here');
  await database.query('CREATE TABLE kept (number integer, content text STORAGE EXTERNAL)');
  let number = 0;
  for (const leaveKib of [0, 40, 200, 900, 3_000, 9_000]) {
    const answered: number[] = [];
    const faulty: number[] = [];
    fill(disk, leaveKib * 2 ** 10);
    for (let faults = 0; faults < 2; ) {
      number += 1;
      const insert = `INSERT INTO kept VALUES ($1, repeat('c', ${number % 3 === 0 ? 300_000 : 2_000}))`;
      try {
        await database.query(insert, [number]);
        answered.push(number);
      } catch (fault) {
        expect(fault).toMatchObject({ name: 'DatabaseFault', retryable: true });
        faulty.push(number);
        faults += 1;
      }
    }
    rmSync(join(disk, 'filler'));
    await sleep(60);
    const { rows } = await database.query<{ number: number }>('SELECT number FROM kept ORDER BY number');
    const there = rows.map((row) => row.number);
    expect(there.filter((each) => !faulty.includes(each))).toEqual(answered);
    expect(new Set(there).size).toBe(there.length);
    await database.query('TRUNCATE kept');
    await database.query('CHECKPOINT');
  }
}, 240_000);

test('threads that do not answer, one after another, are a sign that only another process can help', async () => {
  const silent = async () => ({
    ended: false,
    query: () => new Promise<never>(() => {}),
    close: async () => {},
    terminate: async () => {},
  });
  const limits = { ...SUPERVISION, statementMs: 10, aliveMs: 30 };
  const thread = await superviseThread(silent, folder, () => {}, limits);
  expect(thread.alive()).toBe(true);
  for (let tries = 0; tries < 4; tries += 1) {
    const sql = await thread.session();
    await expect(sql.query('SELECT 1')).rejects.toThrow(DatabaseFault);
  }
  expect(thread.alive()).toBe(false);
});

test('a thread that does not open in time is ended', async () => {
  const opening = startDatabaseThread(join(folder, 'slow'), 1);
  await expect(opening).rejects.toThrow('the embedded database: its thread has ended');
});

function fill(disk: string, leaveBytes: number): void {
  const free = () => {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize - leaveBytes;
  };
  const file = openSync(join(disk, 'filler'), 'w');
  for (let room = free(); room > 0; room = free()) writeSync(file, Buffer.alloc(Math.min(room, 2 ** 20)));
  closeSync(file);
}
