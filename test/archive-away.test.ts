import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { storeAll } from './support/archive-client.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { metricValue, type ServiceClient, until } from './support/service-client.ts';

const at = proxiedSiteForTests(21);
let client: ServiceClient;

beforeAll(async () => {
  client = await at.site.startService({
    PACS_URL: at.proxy.dicomWebUrl,
    WATCH_QUIET_MS: '500',
    JOB_RETRY_LIMIT: '1',
    JOB_RETRY_DELAY_MS: '10',
  });
}, 300_000);

test('an archive that goes away in the middle of an analysis, for longer than all its tries, costs nothing', async () => {
  const watched = at.objects[0]!.studyInstanceUid;
  const other = asAnotherStudy(at.objects, 1);
  at.proxy.treat = ({ retrievedSeries }) => {
    // Whatever is asked for after this finds nobody.
    if (retrievedSeries !== null) at.proxy.down = true;
    return {};
  };
  await storeAll(at.site.archive, at.objects);
  await until('the archive to be away', async () => {
    const text = await client.metrics();
    return at.proxy.down && metricValue(text, 'spinegrade_archive_available') === 0;
  });
  at.proxy.treat = () => ({});

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

  await storeAll(at.site.archive, other);
  at.proxy.down = false;
  for (const id of [waiting!.id, asked.body.id]) {
    expect(await client.ended(id)).toMatchObject({ state: 'stored', failure: null });
  }
  await until('readiness', async () => (await client.readiness()).status === 200);
  const text = await client.metrics();
  expect(metricValue(text, 'spinegrade_archive_available')).toBe(1);
  expect(metricValue(text, 'spinegrade_analyses_total{outcome="failed"}')).toBe(0);
}, 300_000);
