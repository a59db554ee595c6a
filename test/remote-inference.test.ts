import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Stage } from '../src/domain/stage.ts';
import { type Grading, grade } from '../src/inference/grade.ts';
import { openInferenceGate } from '../src/inference/network/remote/inference-gate.ts';
import {
  type InferenceServer,
  openInferenceServer,
} from '../src/inference/network/remote/inference-server.ts';
import { modelName } from '../src/inference/network/remote/model-name.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import { readManifest } from '../src/inference/pack/read-manifest.ts';
import { networksOf } from '../src/inference/pack/read-networks.ts';
import { expectSameGrading } from './support/expect-same-grading.ts';
import type { InferenceServerForTests } from './support/inference-server.ts';
import { inferenceServerFor } from './support/inference-server-for.ts';
import { renderedPhantom } from './support/rendered-phantom.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PACK = 'models/default';
const CPU = { preferred: ['cpu'], required: true } as const;
const { volumes } = renderedPhantom(3, { family: 'demo' });

let at: InferenceServerForTests;
let server: InferenceServer;
let pack: ModelPack;
let here: Grading;
beforeAll(async () => {
  const local = await loadModelPack(PACK, CPU, 1);
  here = (await grade(local, volumes)) as Grading;
  await local.close();
  at = await inferenceServerFor(PACK);
  server = openInferenceServer({
    ...{ url: at.url, authorization: null, ca: null, timeoutMs: 30_000 },
    retry: { attempts: 8, firstDelayMs: 50 },
  });
  const addressOf = (network: Parameters<typeof modelName>[0]) => ({
    model: modelName(network),
    version: null,
  });
  pack = await loadModelPack(PACK, CPU, 1, { server, addressOf });
  await server.verify();
});
afterAll(async () => {
  await server?.close();
  await at?.stop();
});

describe('a phantom is graded on the server as in this process', () => {
  test.each([
    ['with raw tensors', true],
    ['with JSON numbers', false],
  ])('%s', async (_, binary) => {
    at.binary = binary;
    await server.verify();
    const there = (await grade(pack, volumes)) as Grading;
    expectSameGrading(there, here);
  });

  test('and says where: the server, its models and their versions, and the hash of the pack', async () => {
    const { manifest, sha256 } = await readManifest(PACK);
    expect(pack.provider).toBe('remote');
    expect(pack.algorithm).toMatchObject({
      packSha256: sha256,
      executionProvider: 'remote',
      inferenceServer: {
        ...{ url: at.url, name: 'for-tests', version: '1.2.3' },
        networks: networksOf(manifest).map((network) => ({
          ...{ file: network.file, model: modelName(network), modelVersion: '1' },
        })),
      },
    });
  });
});

/** Grades, and does something when the stage begins. */
function graded(when: Stage, what: () => Promise<void>, signal?: AbortSignal) {
  const observe = async <T>(stage: Stage, run: () => Promise<T>) => {
    if (stage === when) await what();
    return run();
  };
  return grade(pack, volumes, observe, signal);
}

test('a server that restarts in the middle of a study is waited for, by its requests', async () => {
  const there = await graded('classify', async () => {
    await at.stop();
    setTimeout(() => void at.start(), 300);
  });
  expectSameGrading(there as Grading, here);
});

test('one that stays away longer ends the study with a fault that passes, and the gate says when to go on', async () => {
  const gate = await openInferenceGate({ server, onChange: () => undefined, firstProbeMs: 50 });
  const quick = openInferenceServer({
    ...{ url: at.url, authorization: null, ca: null, timeoutMs: 1_000, retry: { attempts: 1 } },
  });
  const { signal } = new AbortController();
  await at.stop();
  const fault = await quick.verify().catch((cause: unknown) => cause);
  expect(fault).toMatchObject({ code: 'inference-unreachable', retryable: true });
  await quick.close();
  expect(await gate.isAway(fault, signal)).toBe(true);
  await at.start();
  await gate.opened(signal);
  expect(gate.closed).toBeNull();
  await gate.close();
});

test('a study that is called off ends what runs on the server', async () => {
  const abort = new AbortController();
  at.treat = ({ path }) => {
    if (!path.endsWith('/infer')) return null;
    setTimeout(() => abort.abort(new Error('cancelled')), 50);
    return 'hang';
  };
  await expect(grade(pack, volumes, undefined, abort.signal)).rejects.toThrow('cancelled');
  at.treat = () => null;
  await expect.poll(() => at.requests.at(-1)!.tornDown).toBe(true);
});

test('models that are exchanged in the middle of a study leave no mixed result', async () => {
  const changed = graded('crop', async () => {
    for (const model of at.models.values()) model.version = '2';
    await server.verify();
  });
  await expect(changed).rejects.toMatchObject({ code: 'inference-fault', retryable: true });
  expect(pack.algorithm.inferenceServer!.networks[0]).toMatchObject({ modelVersion: '2' });
});
