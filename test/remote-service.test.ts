import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelName } from '../src/inference/network/remote/model-name.ts';
import type { PackManifest } from '../src/inference/pack/pack-manifest.ts';
import { readManifest } from '../src/inference/pack/read-manifest.ts';
import { networksOf } from '../src/inference/pack/read-networks.ts';
import { writeTinyPack } from '../src/inference/pack/tiny-pack.fixture.ts';
import { storeAll } from './support/archive-client.ts';
import type { InferenceServerForTests } from './support/inference-server.ts';
import { inferenceServerFor } from './support/inference-server-for.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { type ServiceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

/** Tiny networks beside the committed localiser: what they say is compared nowhere. */
let site: TestSite;
let at: InferenceServerForTests;
let client: ServiceClient;
let pack: string;
/** The analysis of the first test. */
let first: string;
const objects = phantomObjects(41);
const settings = () => ({
  ...{ MODEL_PACK: pack, INFERENCE_URL: at.url, INFERENCE_AUTHORIZATION: 'Bearer let-me-in' },
  ...{ WATCH: 'false', JOB_RETRY_LIMIT: '0', LOG_LEVEL: 'trace' },
});

beforeAll(async () => {
  site = await startTestSite();
  const manifest = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
  pack = join(site.folder, 'pack');
  await writeTinyPack(pack, { ...manifest, name: 'tiny' });
  at = await inferenceServerFor(pack);
  await at.stop();
  client = await site.startService(settings());
}, 300_000);
afterAll(async () => {
  await site?.close();
  await at?.stop().catch(() => undefined);
}, 120_000);

const submitted = async (index: number) => {
  const study = asAnotherStudy(objects, index);
  await storeAll(site.archive, study);
  const { body } = await client.analyze(study[0]!.studyInstanceUid);
  return body.id;
};

test('a server that is away when the service starts is waited for, and no attempt counts', async () => {
  const { body } = await client.readiness();
  expect(body.checks.inferenceServer).toEqual({
    ok: false,
    detail: expect.stringContaining('ECONNREFUSED'),
  });
  const id = await submitted(1);
  expect(await client.analysis(id)).toMatchObject({
    state: 'queued',
    failure: {
      code: 'inference-unreachable',
      retryable: true,
      reason: expect.stringMatching(/^waits until the inference server answers/),
    },
  });
  await at.start();
  first = id;
  const ended = await client.ended(id);
  expect(ended).toMatchObject({ state: 'stored', failure: null, attempts: 1 });
  expect((await client.readiness()).body.checks.inferenceServer).toEqual({ ok: true, detail: null });
}, 240_000);

test('one that restarts in the middle of a study: the study is taken up again, and no attempt counts', async () => {
  let runs = 0;
  // The study has begun to be classified when the server goes away.
  at.treat = ({ path }) =>
    path.includes('classifier') && path.endsWith('/infer') && runs++ === 0 ? 'hang' : null;
  const id = await submitted(2);
  await until('the run of a classifier', () => runs > 0);
  await at.stop();
  await until('the work to wait', async () =>
    (await client.metrics()).includes(
      'spinegrade_inference_away_since_timestamp_seconds{code="inference-unreachable"}',
    ),
  );
  at.treat = () => null;
  await at.start();
  // With no further attempt allowed, one that counted would have been the last.
  expect(await client.ended(id)).toMatchObject({ state: 'stored', failure: null });
}, 240_000);

test('result, models and log name the server and the models that answered', async () => {
  const ended = await client.analysis(first);
  const { manifest, sha256 } = await readManifest(pack);
  const networks = networksOf(manifest).map((network) => ({
    ...{ file: network.file, model: modelName(network), modelVersion: '1' },
  }));
  const inferenceServer = { url: at.url, name: 'for-tests', version: '1.2.3', networks };
  expect(ended.algorithm).toMatchObject({ packSha256: sha256, executionProvider: 'remote', inferenceServer });
  const { models } = (await (await fetch(`${site.service.url}/models`)).json()) as { models: unknown };
  expect(models).toMatchObject([{ use: 'serving', executionProvider: 'remote', inferenceServer }]);
  const log = site.service.lastLines().join('\n');
  expect(log).not.toContain('let-me-in');
  const asked = at.requests.map(({ path, headers }) => `${path} ${JSON.stringify(headers)}`).join('\n');
  expect(asked).toContain('Bearer let-me-in');
  expect(asked).not.toMatch(/\b\d+(?:\.\d+){4,}\b/);
}, 240_000);

test('a cancelled study takes its request with it', async () => {
  at.treat = ({ path }) => (path.endsWith('/infer') ? 'hang' : null);
  const before = at.requests.length;
  const id = await submitted(4);
  const hanging = await until('the run of a network', () =>
    at.requests.slice(before).find(({ path }) => path.endsWith('/infer')),
  );
  await fetch(`${site.service.url}/analyses/${id}`, { method: 'DELETE' });
  expect(await client.ended(id)).toMatchObject({ state: 'cancelled' });
  await until('the end of the request', () => hanging.tornDown);
  at.treat = () => null;
}, 240_000);

test('a server with another network under the name refuses the start, and says what differs', async () => {
  await site.service.stop();
  const { manifest } = await readManifest(pack);
  const [name, other] = [manifest.classifiers[0]!, manifest.classifiers[1]!].map(modelName) as [
    string,
    string,
  ];
  const own = at.models.get(name)!;
  at.models.set(name, at.models.get(other)!);
  const fault = await site.startService(settings()).catch((cause: unknown) => cause);
  expect(String(fault)).toMatch(/spinegrade cannot start: the inference server does not fit the model pack/);
  expect(String(fault)).toContain(`${manifest.classifiers[0]!.file}: model ${name}: input`);
  expect(String(fault)).toContain('[inference-mismatch]');
  at.models.set(name, own);
}, 240_000);

test('and so does a setting that names a network which no pack has', async () => {
  const fault = await site
    .startService({ ...settings(), INFERENCE_MODELS: 'segmenter.onnx=a' })
    .catch((cause: unknown) => cause);
  expect(String(fault)).toContain('INFERENCE_MODELS names segmenter.onnx: the networks are localiser.onnx,');
}, 240_000);
