import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';
import { FolderOpenError } from './private-folder.ts';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'spinegrade-private-'));
  folder = join(parent, 'data');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

function take(): number {
  const { mended, release } = lockFolder(folder);
  release();
  return mended;
}

test('what an earlier version left open is closed, to the last file', () => {
  mkdirSync(join(folder, 'database', 'pg_wal'), { recursive: true });
  const log = join(folder, 'database', 'pg_wal', '000000010000000000000001');
  writeFileSync(log, 'DOE^JANE');
  chmodSync(log, 0o666);
  for (const path of [folder, join(folder, 'database'), join(folder, 'database', 'pg_wal')]) {
    chmodSync(path, 0o755);
  }
  expect(take()).toBe(4);
  expect(modeOf(folder)).toBe('700');
  expect(modeOf(join(folder, 'database'))).toBe('700');
  expect(modeOf(log)).toBe('600');
  for (const name of ['owner.lock', 'owner.json']) expect(modeOf(join(folder, name))).toBe('600');
});

test('a folder that was made for this user alone is left as it is', () => {
  expect(take()).toBe(0);
  expect(modeOf(folder)).toBe('700');
  expect(take()).toBe(0);
});

test('a folder in which other things lie is not closed over them: refused, and left as it was', () => {
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, 'notes.txt'), '');
  expect(take).toThrow(FolderOpenError);
  expect(take).toThrow(/mode is 0755, and 1 other things.*DATA_DIR a folder below it/);
  expect(modeOf(folder)).toBe('755');
  expect(readdirSync(folder)).toEqual(['notes.txt']);
  chmodSync(folder, 0o700);
  expect(take()).toBe(0);
});

test.runIf(process.geteuid?.() === 0)('of another user: refused, also for root', () => {
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, 65534, 65534);
  expect(take).toThrow(/belongs to the user 65534, not to 0/);
});

test.runIf(process.geteuid?.() === 0)(
  'of root: taken by a member of its group, refused where others can enter',
  () => {
    mkdirSync(folder, { mode: 0o770 });
    chmodSync(parent, 0o755);
    chownSync(folder, 0, 65534);
    chmodSync(folder, 0o2770);
    const euid = process.geteuid!();
    const egid = process.getegid!();
    process.setegid!(65534);
    process.seteuid!(65534);
    try {
      take();
      expect(modeOf(join(folder, 'owner.lock'))).toBe('600');
    } finally {
      process.seteuid!(euid);
      process.setegid!(egid);
    }
    chmodSync(folder, 0o2775);
    process.seteuid!(65534);
    try {
      expect(take).toThrow(/belongs to root, and its mode is 2775/);
    } finally {
      process.seteuid!(euid);
    }
  },
);

test('whatever the umask, folders are 0700 and files 0600, copies and sockets too', () => {
  const program = join(import.meta.dirname, 'modes-child.fixture.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' });
  const modes = JSON.parse(stdout || JSON.stringify(stderr));
  expect(Object.keys(modes).toSorted()).toEqual(['file 600', 'folder 700']);
  // The copy doubles what there is.
  expect(modes['file 600']).toBeGreaterThan(1500);
}, 120_000);
