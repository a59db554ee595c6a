import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phantomObjects } from './support/phantom-objects.ts';
import { type ServiceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';
import { testUid } from './support/tiny-mr.ts';

let site: TestSite;
let client: ServiceClient;
let disk: string;
let mounted = false;

beforeAll(async () => {
  site = await startTestSite();
  disk = join(site.folder, 'data');
  mkdirSync(disk);
  // PostgreSQL needs some 55 MiB, a result 3.
  const options = 'size=80m,mode=0700';
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status === 0;
  if (!mounted) return console.info('not tried: no file system may be mounted here');
  client = await site.startService({ WATCH: 'false', JOB_RETRY_DELAY_MS: '200', JOB_RETRY_LIMIT: '0' });
}, 240_000);
afterAll(async () => {
  await site.service.stop();
  if (mounted) spawnSync('umount', [disk]);
  await site.close();
}, 120_000);

const FULL = /disk-full|database-unavailable/;

/** Fills the disk to the last byte. */
function fill(file: string): void {
  const out = openSync(file, 'w');
  const block = new Uint8Array(2 ** 16);
  try {
    for (;;) writeSync(out, block);
  } catch (cause) {
    expect(cause).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(out);
  }
}

test('while the disk is full an analysis waits and no attempt counts; with room it is stored, once', async () => {
  if (!mounted) return;
  const objects = phantomObjects(21);
  const study = objects[0]!.studyInstanceUid;
  await site.archive.store(study, objects);
  const filler = join(disk, 'filler');
  const { body } = await client.analyze(study);
  fill(filler);
  // What the analysis keeps finds no room, and neither does a further question.
  await until('a fault of the full disk', () => FULL.test(site.service.lastLines().join()));
  const refused = await until('a question refused', async () => {
    const answer = await client.analyze(testUid(`${performance.now()}`));
    return answer.status === 503 && answer;
  });
  expect(refused.body.type).toMatch(/disk-low|disk-full|database-unavailable/);
  expect((await client.readiness()).status).toBe(503);
  expect(await client.health()).toBe(200);

  rmSync(filler);
  await until('readiness', async () => (await client.readiness()).status === 200);
  expect(await client.ended(body.id)).toMatchObject({ state: 'stored', failure: null });
  const series = await site.archive.findSeries(study);
  expect(series.filter(({ modality }) => modality === 'SR')).toHaveLength(1);
}, 300_000);
