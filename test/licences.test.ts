import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));
const list = (...allowed: string[]) =>
  spawnSync(process.execPath, [join(project, 'scripts/list-licences.mjs'), ...allowed], { encoding: 'utf8' });

test('every production package has a licence that is allowed, and docs/licences.md lists it', () => {
  const { status, stderr, stdout } = list();
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toBe(readFileSync(join(project, 'docs/licences.md'), 'utf8'));
});

test('one that is not allowed is refused by package and licence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'licences-'));
  const allowed = JSON.parse(readFileSync(join(project, 'scripts/allowed-licences.json'), 'utf8'));
  delete allowed.licences['MPL-2.0'];
  delete allowed.packages['busboy@1.6.0'];
  writeFileSync(join(folder, 'allowed.json'), JSON.stringify(allowed));
  const { status, stderr } = list(join(folder, 'allowed.json'));
  rmSync(folder, { recursive: true });
  expect(status).toBe(1);
  expect(stderr).toContain('@resvg/resvg-js@2.6.2: the licence MPL-2.0 is not allowed');
  expect(stderr).toContain('busboy@1.6.0: the licence none is not allowed');
  expect(stderr).not.toContain('express@');
});
