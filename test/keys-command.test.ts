import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import request from 'supertest';
import { afterAll, expect, test } from 'vitest';
import { startServiceProcess } from '../src/cli/demo/service-process.ts';
import { cli } from './support/cli-command.ts';
import { until } from './support/service-client.ts';

const NO_PACS = 'http://127.0.0.1:9/dicom-web';
const ANALYSES = '/studies/2.25.4711/analyses';
const dataDir = mkdtempSync(join(tmpdir(), 'spinegrade-keys-'));
afterAll(() => {
  for (const path of [dataDir, audit, `${audit}.lock`]) rmSync(path, { recursive: true, force: true });
});

const audit = join(dataDir, '..', `${basename(dataDir)}.audit.log`);

const keys = (...args: string[]) => cli(['keys', ...args], { DATA_DIR: dataDir });
const made = async (name: string, scopes: string) => {
  const { code, out, err } = await keys('create', '--name', name, '--scopes', scopes);
  expect([code, err]).toEqual([0, expect.stringContaining(`for ${name}`)]);
  return out.toString().trim();
};

test('keys are made, listed and revoked, with the service running or not', async () => {
  const before = await made('before', 'read');
  const service = await startServiceProcess(dataDir, NO_PACS, {
    AUTH: 'keys',
    WATCH: 'false',
    AUDIT_LOG: audit,
    OPERATIONS_PORT: '0',
  });
  try {
    const status = async (token: string) =>
      (await request(service.url).get(ANALYSES).auth(token, { type: 'bearer' })).status;
    expect(await status(before)).toBe(200);
    expect((await request(service.url).get(ANALYSES)).status).toBe(401);
    expect(statSync(join(dataDir, 'keys.sock')).mode & 0o077).toBe(0);
    const during = await made('during', 'read,analyze');
    await until('the new key to open', async () => (await status(during)) === 200);
    expect((await keys('list')).out.toString()).toMatch(
      /during +read,analyze .* valid\n.*before +read .* valid\n/,
    );
    const again = await keys('create', '--name', 'during', '--scopes', 'read');
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is a key named during already'),
    });
    expect(await keys('revoke', 'before')).toMatchObject({ code: 0 });
    await until('the revoked key to open nothing', async () => (await status(before)) === 401);
    await until('the changes in the audit log', () =>
      readFileSync(audit, 'utf8').includes('"EventActionCode":"D"'),
    );
    // Probes and metrics have a listener of their own.
    for (const path of ['/healthz', '/metrics']) {
      expect((await request(service.operationsUrl!).get(path)).status).toBe(200);
    }
    expect((await request(service.operationsUrl!).get(ANALYSES)).status).toBe(404);
    expect((await request(service.url).get('/metrics')).status).toBe(401);
    expect(service.lastLines().join()).not.toMatch(new RegExp(`${before}|${during}`));
  } finally {
    await service.stop();
  }
  const verified = await cli(['audit', 'verify', audit], {});
  expect([verified.code, verified.out.toString()]).toEqual([
    0,
    expect.stringMatching(/the chain is whole\nlast hash [0-9a-f]{64}\n$/),
  ]);
  expect(readFileSync(audit, 'utf8')).not.toMatch(/sgk_/);
  const tampered = Buffer.from(readFileSync(audit, 'utf8').replace('2.25.4711', '2.25.4712'));
  expect(await cli(['audit', 'verify', '-'], {}, tampered)).toMatchObject({
    code: 1,
    out: expect.anything(),
  });
  expect(JSON.parse((await keys('list', '--json')).out.toString())).toMatchObject([
    { name: 'during', revokedAt: null },
    { name: 'before', revokedAt: expect.any(String) },
  ]);
}, 240_000);

test.each([
  [['create', '--name', 'a b', '--scopes', 'read'], '--name'],
  [['create', '--name', 'a', '--scopes', 'write'], '--scopes'],
  [['create', '--name', 'a', '--scopes', 'read', '--expires', '2020-01-01'], '--expires'],
  [['revoke'], 'revoke'],
  [['burn'], 'create, list or revoke'],
])(
  '%j is misuse, and says so',
  async (args, words) => {
    const { code, err, out } = await keys(...args);
    expect([code, out.length, err]).toEqual([2, 0, expect.stringContaining(words)]);
  },
  60_000,
);
