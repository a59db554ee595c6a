import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackupDoor } from '../src/database/embedded/backup-door.ts';
import { openDatabase } from '../src/database/open-database.ts';
import type { Database } from '../src/database/sql.ts';
import { cli } from './support/cli-command.ts';
import { until } from './support/service-client.ts';

const root = mkdtempSync(join(tmpdir(), 'spinegrade-backup-'));
const data = join(root, 'data');
const copy = join(root, 'copy.tar.gz');
const open = (dataDir: string) => openDatabase({ dataDir, databaseUrl: null, onFault: () => undefined });
const numbers = async (database: Database) => {
  const { rows } = await database.query<{ n: number }>('SELECT n FROM numbers ORDER BY n');
  return rows.map(({ n }) => n);
};
const restoredNumbers = async (dataDir: string) => {
  const database = await open(dataDir);
  const found = await numbers(database);
  await database.close();
  return found;
};
const at = (dataDir: string) => ({ DATA_DIR: dataDir });

let database: Database;
let door: { close(): Promise<void> };
beforeAll(async () => {
  database = await open(data);
  door = await openBackupDoor(data, database);
  await database.query('CREATE TABLE numbers (n integer PRIMARY KEY)');
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a copy of the embedded database', () => {
  test('made while it is written to holds what had been answered, and no gap', async () => {
    let n = 0;
    let going = true;
    const writing = (async () => {
      for (; going; n += 1) await database.query('INSERT INTO numbers VALUES ($1)', [n]);
    })();
    while (n < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = n;
    expect(await cli(['backup', copy], at(data))).toMatchObject({ code: 0, err: '' });
    going = false;
    await writing;
    await until('that the copy beside is gone', () => readdirSync(join(data, 'backup')).length === 0);
    const other = join(root, 'other');
    expect(await cli(['restore', copy], at(other))).toMatchObject({ code: 0, err: '' });
    const found = await restoredNumbers(other);
    expect(found).toEqual(Array.from(found, (_, index) => index));
    expect(found.length).toBeGreaterThanOrEqual(before);
    expect(await numbers(database)).toHaveLength(n);
  }, 120_000);

  test('that cannot be made costs its maker an answer, and the owner nothing', async () => {
    rmSync(join(data, 'backup'), { recursive: true });
    await writeFile(join(data, 'backup'), 'no folder');
    const { code, err } = await cli(['backup', join(root, 'none')], at(data));
    expect([code, err]).toEqual([1, expect.stringContaining('could not copy its database')]);
    rmSync(join(data, 'backup'));
    expect(await numbers(database)).not.toEqual([]);
  }, 60_000);

  test('goes through standard output and input', async () => {
    const { code, out } = await cli(['backup', '-'], at(data));
    expect(code).toBe(0);
    const other = join(root, 'piped');
    expect(await cli(['restore', '-'], at(other), out)).toMatchObject({ code: 0 });
    expect(await restoredNumbers(other)).toEqual(await numbers(database));
  }, 120_000);

  test('is made without a service, too', async () => {
    await door.close();
    const { code, err } = await cli(['backup', join(root, 'none')], at(data));
    expect([code, err]).toEqual([1, expect.stringContaining('[data-folder-in-use]')]);
    expect(existsSync(join(root, 'none'))).toBe(false);
    const all = await numbers(database);
    await database.close();
    expect(await cli(['backup', copy], at(data))).toMatchObject({ code: 0, err: '' });
    const other = join(root, 'resting');
    expect(await cli(['restore', copy], at(other))).toMatchObject({ code: 0 });
    expect(await restoredNumbers(other)).toEqual(all);
  }, 120_000);
});

describe('nothing is changed', () => {
  test('where a database lies already', async () => {
    const before = readdirSync(data).sort();
    expect(await cli(['restore', copy], at(data))).toMatchObject({
      code: 1,
      err: expect.stringContaining('already'),
    });
    expect(readdirSync(data).sort()).toEqual(before);
  }, 60_000);

  test('by a copy that was cut off, or is none', async () => {
    const cut = join(root, 'cut.tar.gz');
    await writeFile(cut, await readFile(copy));
    await truncate(cut, 400_000);
    const text = join(root, 'text');
    await writeFile(text, 'no archive');
    for (const file of [cut, text, join(root, 'absent')]) {
      const into = join(root, 'left-empty');
      expect(await cli(['restore', file], at(into))).toMatchObject({ code: 1 });
      expect(readdirSync(into).filter((name) => name.startsWith('database'))).toEqual([]);
    }
  }, 60_000);

  test('by an archive that names what lies outside the folder', async () => {
    const evil = join(root, 'evil');
    mkdirSync(join(evil, 'database', 'global'), { recursive: true });
    await writeFile(join(evil, 'database', 'global', 'pg_control'), '');
    await symlink(root, join(evil, 'database', 'out'));
    await writeFile(join(evil, 'stray'), 'stray');
    const file = join(root, 'evil.tar');
    const files = ['database', 'database/../stray', 'stray'];
    await create({ cwd: evil, file, preservePaths: true }, files);
    const into = join(root, 'evil-into');
    expect(await cli(['restore', file], at(into))).toMatchObject({ code: 1 });
    expect(readdirSync(into).filter((name) => !name.startsWith('owner'))).toEqual([]);
    expect(existsSync(join(into, '..', 'stray'))).toBe(false);
  }, 60_000);
});
