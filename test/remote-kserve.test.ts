import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../src/cli/demo/orthanc/free-port.ts';
import { type Grading, grade } from '../src/inference/grade.ts';
import { openInferenceGate } from '../src/inference/network/remote/inference-gate.ts';
import {
  type InferenceServer,
  openInferenceServer,
} from '../src/inference/network/remote/inference-server.ts';
import { modelName } from '../src/inference/network/remote/model-name.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import { expectSameGrading } from './support/expect-same-grading.ts';
import { renderedPhantom } from './support/rendered-phantom.ts';

/** A Python that has kserve and onnxruntime (test/ci/requirements.txt). */
const PYTHON = process.env['INFERENCE_SERVER_PYTHON'];
const PACK = 'models/default';
const CPU = { preferred: ['cpu'], required: true } as const;

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

describe.skipIf(PYTHON === undefined)('on a server of KServe’s', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kserve-'));
  const { volumes } = renderedPhantom(3, { family: 'demo' });
  let child: ChildProcess | null = null;
  let port: number;
  let here: Grading;
  let server: InferenceServer;
  let pack: ModelPack;

  async function start(...options: string[]): Promise<void> {
    const args = ['test/ci/inference_server.py', join(folder, 'models'), String(port), ...options];
    child = spawn(PYTHON!, args, { stdio: 'ignore' });
    await once(child, 'spawn');
  }
  async function kill(): Promise<void> {
    const gone = once(child!, 'exit');
    child!.kill('SIGKILL');
    await gone;
  }

  beforeAll(async () => {
    port = await freePort();
    const cli = ['src/cli/main.ts', 'model-repository', '--model', PACK, '--to', join(folder, 'models')];
    expect(spawnSync(process.execPath, cli).status).toBe(0);
    const local = await loadModelPack(PACK, CPU, 1);
    here = (await grade(local, volumes)) as Grading;
    await local.close();
    const options = { url: `http://127.0.0.1:${port}`, authorization: null, ca: null, timeoutMs: 60_000 };
    // It takes a Python some seconds to come up.
    server = openInferenceServer({ ...options, retry: { attempts: 12, firstDelayMs: 100 } });
    const addressOf = (network: Parameters<typeof modelName>[0]) => ({
      model: modelName(network),
      version: null,
    });
    pack = await loadModelPack(PACK, CPU, 1, { server, addressOf });
  });
  afterAll(async () => {
    await server?.close();
    if (child?.exitCode === null) await kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['JSON numbers', [], false],
    ['raw values', ['--binary'], true],
  ] as const)('a phantom is graded as in this process, by %s', async (_, options, binary) => {
    await start(...options);
    await server.verify();
    expect(server.seen).toMatchObject({ name: 'kserve', binary });
    expectSameGrading((await grade(pack, volumes)) as Grading, here);
    await kill();
  });

  test('also where it is killed in the middle of the study and started again', async () => {
    await start('--binary');
    const gate = await openInferenceGate({ server, onChange: () => undefined });
    expect(gate.closed).toBeNull();
    const there = await grade(pack, volumes, async (stage, run) => {
      if (stage === 'classify') {
        await kill();
        void start('--binary');
      }
      return run();
    });
    expectSameGrading(there as Grading, here);
    await gate.close();
  });
});
