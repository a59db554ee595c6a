import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { storeAll } from './support/archive-client.ts';
import { type ArchiveProxy, archiveProxy } from './support/archive-proxy.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { metricValue, type ServiceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

let site: TestSite;
let proxy: ArchiveProxy;
let client: ServiceClient;
let objects: readonly PhantomInstance[];

beforeAll(async () => {
  site = await startTestSite();
  proxy = await archiveProxy(site.orthanc.dicomWebUrl);
  client = await site.startService({
    PACS_URL: proxy.dicomWebUrl,
    WATCH_QUIET_MS: '500',
    JOB_RETRY_LIMIT: '1',
    JOB_RETRY_DELAY_MS: '10',
  });
  objects = phantomObjects(31);
}, 300_000);

afterAll(async () => {
  await site?.close();
  await proxy?.close();
}, 120_000);

test('an archive that goes away in the middle of an analysis, for longer than all its tries, costs nothing', async () => {
  const watched = objects[0]!.studyInstanceUid;
  const other = asAnotherStudy(objects, 1);
  proxy.treat = ({ retrievedSeries }) => {
    // Whatever is asked for after this finds nobody.
    if (retrievedSeries !== null) proxy.down = true;
    return {};
  };
  await storeAll(site.archive, objects);
  await until('the archive to be away', async () => {
    const text = await client.metrics();
    return proxy.down && metricValue(text, 'spinegrade_archive_available') === 0;
  });
  proxy.treat = () => ({});

  const [waiting] = await client.analyses(watched);
  const asked = await client.analyze(other[0]!.studyInstanceUid);
  expect(asked.status).toBe(202);
  await sleep(1_500);
  for (const id of [waiting!.id, asked.body.id]) {
    const analysis = await client.analysis(id);
    expect(analysis).toMatchObject({
      state: 'queued',
      failure: { code: 'archive-unreachable', retryable: true },
    });
    expect(analysis.attempts).toBeLessThanOrEqual(1);
  }
  expect((await client.readiness()).status).toBe(503);

  await storeAll(site.archive, other);
  proxy.down = false;
  for (const id of [waiting!.id, asked.body.id]) {
    expect(await client.ended(id)).toMatchObject({ state: 'stored', failure: null });
  }
  await until('readiness', async () => (await client.readiness()).status === 200);
  const text = await client.metrics();
  expect(metricValue(text, 'spinegrade_archive_available')).toBe(1);
  expect(metricValue(text, 'spinegrade_analyses_total{outcome="failed"}')).toBe(0);
}, 300_000);
