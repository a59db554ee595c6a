import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrivateOrthanc } from '../src/cli/demo/orthanc/private-orthanc-options.ts';
import { startPrivateOrthanc } from '../src/cli/demo/private-orthanc.ts';
import { type ServiceProcess, startServiceProcess } from '../src/cli/demo/service-process.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { storeAll } from './support/archive-client.ts';
import { someStudy } from './support/ledger-sample.ts';
import { until } from './support/service-client.ts';
import { tinyMr } from './support/tiny-mr.ts';

const QUIET_MS = 1_500;
let folder: string;
let orthanc: PrivateOrthanc;
let archive: ReturnType<typeof dicomWebArchive>;
let service: ServiceProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
  const kinds = join(folder, 'events.json');
  writeFileSync(
    kinds,
    JSON.stringify({ kinds: [{ form: 'pointer', types: ['stored'], study: '/subject' }] }),
  );
  orthanc = await startPrivateOrthanc();
  archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl, {
    EVENT_KINDS_FILE: kinds,
    WATCH_POLL_MS: '200',
    WATCH_LOOK_BACK_DAYS: '1',
    WATCH_QUIET_MS: String(QUIET_MS),
    WATCH_LONGEST_WAIT_MS: '3000',
  });
}, 180_000);
afterAll(async () => {
  await service?.stop();
  await archive?.close();
  await orthanc?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const analysesOf = async (study: string) => {
  const answer = await fetch(`${service.url}/studies/${study}/analyses`);
  const { analyses } = (await answer.json()) as { analyses: { trigger: string; createdAt: string }[] };
  return analyses;
};

let events = 0;
const tell = async (study: string) => {
  const event = {
    specversion: '1.0',
    id: String(++events),
    source: 'urn:pacs',
    type: 'stored',
    subject: study,
  };
  const headers = { 'Content-Type': 'application/cloudevents+json' };
  return fetch(`${service.url}/events/cloudevents`, { method: 'POST', headers, body: JSON.stringify(event) });
};

test('a study that no poll lists is analysed once when an event names it, and not before it is complete', async () => {
  const [silent, told] = [someStudy(), someStudy()];
  for (const study of [silent, told]) {
    // Taken long ago and sent only now: no window of days holds it.
    const image = tinyMr({ study, studyDate: '20010101' });
    await storeAll(archive, [{ studyInstanceUid: study, ...image }]);
  }
  const toldAt = Date.now();
  for (const _ of [1, 2, 3]) expect((await tell(told)).status).toBe(202);
  const [analysis] = await until('the analysis', async () => {
    const all = await analysesOf(told);
    return all.length > 0 && all;
  });
  expect(analysis).toMatchObject({ trigger: 'watch' });
  expect(Date.parse(analysis!.createdAt) - toldAt).toBeGreaterThanOrEqual(QUIET_MS);
  await tell(told);
  await tell(someStudy());
  // Long enough for the watcher to look again, and for its quiet time.
  await new Promise((resolve) => setTimeout(resolve, 2 * QUIET_MS));
  expect(await analysesOf(told)).toHaveLength(1);
  expect(await analysesOf(silent)).toEqual([]);
}, 120_000);
