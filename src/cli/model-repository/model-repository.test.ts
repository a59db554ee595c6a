import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { modelName } from '../../inference/network/remote/model-name.ts';
import { readManifest } from '../../inference/pack/read-manifest.ts';
import { networksOf } from '../../inference/pack/read-networks.ts';
import { modelRepositoryCommand } from './model-repository.ts';

const PACK = 'models/default';

test('a pack is laid out for Triton: its own files, and what each takes and gives', async () => {
  vi.spyOn(process, 'umask').mockReturnValue(0);
  const lines = vi.spyOn(console, 'log').mockReturnValue();
  const folder = await mkdtemp(join(tmpdir(), 'repository-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  expect(await modelRepositoryCommand(['--to', folder, '--model', PACK])).toBe(0);
  const { manifest } = await readManifest(PACK);
  const networks = networksOf(manifest);
  expect((await readdir(folder)).sort()).toEqual(networks.map(modelName).sort());
  for (const network of networks) {
    const model = await readFile(join(folder, modelName(network), '1', 'model.onnx'));
    expect(model.equals(await readFile(join(PACK, network.file)))).toBe(true);
  }
  expect(lines).toHaveBeenCalledTimes(networks.length);
  const name = modelName(manifest.localiser);
  expect(name).toMatch(/^localiser-[0-9a-f]{12}$/);
  const { size, slices, name: images } = manifest.localiser.input;
  const { heatmaps, lateralOffset, landmarks } = manifest.localiser.output;
  const config = await readFile(join(folder, name, 'config.pbtxt'), 'utf8');
  const side = /dims: \[1, 1, (\d+), \1\]/.exec(config)![1];
  expect(config.split('\n')).toEqual([
    `name: "${name}"`,
    'backend: "onnxruntime"',
    'max_batch_size: 0',
    `input { name: "${images}" data_type: TYPE_FP32 dims: [1, ${slices}, ${size}, ${size}] }`,
    `output { name: "${heatmaps}" data_type: TYPE_FP32 dims: [1, ${2 * landmarks.length}, ${side}, ${side}] }`,
    `output { name: "${lateralOffset}" data_type: TYPE_FP32 dims: [1, 1, ${side}, ${side}] }`,
    '',
  ]);
});

test('misuse and a folder that is no pack are told', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await modelRepositoryCommand([])).toBe(2);
  expect(await modelRepositoryCommand(['--to', '/nowhere', '--model', 'docs'])).toBe(1);
  expect(said.mock.calls.join('')).toContain('manifest.json: missing');
});
