import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { PrivateOrthanc } from './orthanc/private-orthanc-options.ts';
import { startPrivateOrthanc } from './private-orthanc.ts';

const started: PrivateOrthanc[] = [];
const start = async (...options: Parameters<typeof startPrivateOrthanc>) => {
  const orthanc = await startPrivateOrthanc(...options);
  started.push(orthanc);
  return orthanc;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((orthanc) => orthanc.stop()));
});

const temporaryFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('orthanc-'));
const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

test('two answer side by side; stopped, each is gone with its folder', async () => {
  const foldersBefore = new Set(temporaryFolders());
  const [first, second] = await Promise.all([start(), start()]);
  expect(first.baseUrl).not.toBe(second.baseUrl);
  for (const { dicomWebUrl, pid } of [first, second]) {
    expect((await fetch(`${dicomWebUrl}/studies`)).status).toBe(200);
    expect(isAlive(pid)).toBe(true);
  }
  const own = temporaryFolders().filter((name) => !foldersBefore.has(name));
  expect(own.length).toBeGreaterThanOrEqual(2);
  await Promise.all([first.stop(), second.stop(), first.stop()]);
  await expect(fetch(first.baseUrl)).rejects.toThrow();
  // Other suites may start and stop theirs meanwhile.
  expect(own.filter((name) => existsSync(join(tmpdir(), name))).length).toBeLessThanOrEqual(own.length - 2);
  expect([first.pid, second.pid].some(isAlive)).toBe(false);
});

test('a folder of the caller is kept, and the port can be had again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kept-'));
  try {
    const first = await start({ folder });
    await first.stop();
    expect(existsSync(join(folder, 'index'))).toBe(true);
    const second = await start({ folder, port: Number(new URL(first.baseUrl).port) });
    expect(second.baseUrl).toBe(first.baseUrl);
    await second.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a fixed port that is taken is an error in one line', async () => {
  const squatter: Server = createServer().listen(0, '0.0.0.0');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const address = squatter.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(start({ port })).rejects.toThrow(/^Orthanc's port is taken: \d+$/);
  squatter.close();
});

test.each([{ binary: '/nowhere/Orthanc' }, { plugin: '/nowhere/libOrthancDicomWeb.so' }])(
  'an absent %o is told with what to do',
  async (absent) => {
    const failure = await start(absent).catch((error: unknown) => error);
    expect(String(failure)).toMatch(/was not found: install .*orthanc-dicomweb.*PACS_URL/);
    expect(String(failure)).not.toContain('\n');
  },
);

test('an Orthanc that cannot start is told with its last words', async () => {
  await expect(start({ binary: '/bin/false' })).rejects.toThrow('Orthanc ended at its start with code 1');
});
