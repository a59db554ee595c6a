import { spawnSync } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

let folder: string;
let programs: string;

/** A project as `npm ci --omit=dev` leaves it, but for the packages' content, and an npm that only tells it was run. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spinegrade-setup-'));
  await cp(join(PROJECT, 'scripts'), join(folder, 'scripts'), { recursive: true });
  await copyFile(join(PROJECT, 'package-lock.json'), join(folder, 'package-lock.json'));
  const { packages } = JSON.parse(await readFile(join(PROJECT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: true; devOptional?: true; optional?: true }>;
  };
  for (const [path, { version, dev, devOptional, optional }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional || optional) continue;
    await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, path, 'package.json'), JSON.stringify({ version }));
  }
  programs = join(folder, 'bin');
  await mkdir(programs);
  await program('npm', 'echo npm "$@" >&2; exit 9');
  await symlink(process.execPath, join(programs, 'node'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, script: string): Promise<void> {
  await rm(join(programs, name), { force: true });
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, name), 0o755);
}

function setUp() {
  const PATH = [programs, '/usr/bin', '/bin'].join(delimiter);
  return spawnSync('sh', [join(folder, 'scripts', 'setup.sh'), 'service'], {
    env: { PATH },
    encoding: 'utf8',
  });
}

test('a production install is started as it is: nothing is installed, nothing said', () => {
  expect(setUp()).toMatchObject({ status: 0, stderr: '', stdout: '' });
});

test('where a package is missing or of another version, the locked ones are installed', async () => {
  await writeFile(join(folder, 'node_modules', 'express', 'package.json'), '{"version":"4.0.0"}');
  expect(setUp()).toMatchObject({ status: 9, stderr: expect.stringContaining('npm ci') });
  await rm(join(folder, 'node_modules', 'express'), { recursive: true });
  expect(setUp().status).toBe(9);
});

test.each(['20.19.0', '22.19.0', '24.5.0'])('Node %s is told to be too old', async (version) => {
  // The real Node, which says it was another.
  const pretend = join(folder, 'pretend.cjs');
  await writeFile(
    pretend,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
  );
  await program('node', `exec ${process.execPath} --require ${pretend} "$@"`);
  const { status, stderr } = setUp();
  expect(status).toBe(1);
  expect(stderr).toContain(`this is Node ${version}, and the service needs 24.6 or newer`);
});
