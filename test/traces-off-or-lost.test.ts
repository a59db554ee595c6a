import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { storeAll } from './support/archive-client.ts';
import { type OtlpReceiver, startOtlpReceiver } from './support/otlp-receiver.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { until } from './support/service-client.ts';

const at = proxiedSiteForTests(21);

async function receiverForTest(): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

/** The modules of OpenTelemetry's SDK that the service loads with these settings. */
async function sdkLoadedWith(settings: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const noted = join(at.site.folder, 'modules');
  writeFileSync(noted, '');
  const hook = `--import=${join(import.meta.dirname, 'support', 'note-modules.mjs')}`;
  await at.site.startService({ ...settings, NODE_OPTIONS: hook, NOTED_MODULES: noted });
  expect(await at.site.service.stop()).toBe(0);
  const loaded = readFileSync(noted, 'utf8').split('\n');
  expect(loaded.length).toBeGreaterThan(300);
  // The API alone is a dependency of the metrics' library.
  return loaded.filter((url) => /@opentelemetry\/(?!api\/)|observe\/traces\/otlp/.test(url));
}

test('without an endpoint nothing of the SDK is loaded, whatever else is set', async () => {
  const others = { OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'xray' };
  expect(await sdkLoadedWith(others)).toEqual([]);
  const { url } = await receiverForTest();
  expect((await sdkLoadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: url })).length).toBeGreaterThan(10);
}, 300_000);

/** A port where nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

test.each([
  ['leaves requests without an answer', null, 1],
  ['refuses what it is sent', 403, 2],
  ['is not there', undefined, 3],
] as const)(
  'a collector that %s holds nothing up and fails nothing; a line a minute says so',
  async (_, status, turn) => {
    const receiver = await receiverForTest();
    if (status !== undefined) receiver.status = status;
    const objects = asAnotherStudy(at.objects, turn);
    await storeAll(at.site.archive, objects);
    const client = await at.site.startService({
      OTEL_EXPORTER_OTLP_ENDPOINT: status === undefined ? await nobody() : receiver.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      WATCH: 'false',
    });
    const lost = () => at.site.service.lastLines().filter((line) => line.includes('"traces-lost"'));
    const beganAt = performance.now();
    for (const study of [objects[0]!.studyInstanceUid, `2.25.${turn}`, `2.25.${turn}0`]) {
      const { body } = await client.analyze(study);
      const { state } = await client.ended(body.id);
      expect(state).toBe(study.length > 20 ? 'stored' : 'ineligible');
      await until('that spans were lost', () => lost().length > 0);
    }
    const stoppedAt = performance.now();
    expect(await at.site.service.stop()).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
    // On a busy machine the test takes minutes.
    expect(lost().length).toBeLessThanOrEqual(Math.ceil((performance.now() - beganAt) / 60_000));
    expect(JSON.parse(lost()[0]!)).toMatchObject({ level: 40, event: 'traces-lost', count: 1 });
    expect(lost()[0]).not.toContain(receiver.url);
    if (status !== undefined) expect(receiver.bodies.length).toBeGreaterThan(1);
  },
  240_000,
);
