import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUseError, lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spinegrade-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that takes the folder and keeps it until it is killed. */
async function startOwner() {
  const module = new URL('./folder-lock.ts', import.meta.url).href;
  const program = `import { lockFolder } from ${JSON.stringify(module)};
    lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  return owner;
}

test('names the folder and the process that holds it, and is free once that was killed', async () => {
  const owner = await startOwner();
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  expect(() => lockFolder(folder)).toThrow(new RegExp(`${folder}.*process ${owner.pid}`));
  const ended = once(owner, 'exit');
  owner.kill('SIGKILL');
  await ended;
  lockFolder(folder).release();
});

test('holds within one process too, whatever the folder is called, until it is released', () => {
  const alias = `${folder}-alias`;
  symlinkSync(folder, alias);
  const lock = lockFolder(folder);
  expect(() => lockFolder(alias)).toThrow(FolderInUseError);
  lock.release();
  lockFolder(alias).release();
  rmSync(alias);
});

test('a folder that cannot be made is an error at once', () => {
  // Linux only: nothing can be made in /proc. Node's recursive mkdir tries for ever.
  expect(() => lockFolder('/proc/spinegrade/data')).toThrow(/ENOENT|EACCES/);
});
