import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModelPack } from '../pack/load-model-pack.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { networkThreads } from './network-threads.ts';
import { FEEDS, ownAnswer, TINY } from './remote/remote-bench.fixture.ts';
import { tinyOnnx } from './tiny-onnx.fixture.ts';

let pack: ModelPack;
beforeAll(async () => {
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 1);
});
afterAll(() => pack.close());

function slices(fill: number) {
  const { name, slices, size } = pack.manifest.localiser.input;
  const data = new Float32Array(slices * size * size).fill(fill);
  return { [name]: { dims: [1, slices, size, size], data } };
}

test('a run leaves the event loop free and its input as it was', async () => {
  const feeds = slices(0.5);
  let turns = 0;
  const running = pack.localiser.run(feeds).then(() => true);
  while (!(await Promise.race([running, nextTurn(false)]))) turns += 1;
  expect(turns).toBeGreaterThan(10);
  expect(Object.values(feeds)[0]!.data.every((value) => value === 0.5)).toBe(true);
});

test('runs asked for at once answer each for itself', async () => {
  const { heatmaps } = pack.manifest.localiser.output;
  const alone = [await pack.localiser.run(slices(0)), await pack.localiser.run(slices(1))];
  const together = await Promise.all([pack.localiser.run(slices(0)), pack.localiser.run(slices(1))]);
  expect(together.map((outputs) => outputs[heatmaps])).toEqual(alone.map((outputs) => outputs[heatmaps]));
  expect(together[0]![heatmaps]).not.toEqual(together[1]![heatmaps]);
});

test('what is not finite, and a closed network, are faults', async () => {
  await expect(pack.localiser.run(slices(Number.NaN))).rejects.toThrow(
    /^network localiser.onnx: output .* not finite$/,
  );
  const other = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 1);
  await other.close();
  await expect(other.localiser.run(slices(0))).rejects.toThrow('its thread has ended');
});

test('an output of another type, which no manifest names, is passed over', async () => {
  const network = { ...TINY, whole: 'classes' };
  const runner = await networkThreads(1).load('tiny.onnx', {
    ...{ model: tinyOnnx(network), provider: 'cpu', threads: 1 },
  });
  expect(runner.outputs.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'logits float32',
    'classes int64',
  ]);
  const outputs = await runner.run(FEEDS);
  await runner.close();
  expect(Object.keys(outputs)).toEqual(['logits']);
  expect(outputs['logits']!.data).toEqual((await ownAnswer())['logits']);
});

test('networks share threads, and one that is closed or does not load takes no other with it', async () => {
  const order = { model: tinyOnnx(TINY), provider: 'cpu', threads: 1 } as const;
  const shared = networkThreads(1);
  const [one, other] = await Promise.all([shared.load('tiny.onnx', order), shared.load('tiny.onnx', order)]);
  const broken = { ...order, model: new Uint8Array(8) };
  await expect(shared.load('broken.onnx', broken)).rejects.toThrow();
  await one.close();
  await one.close();
  await expect(one.run(FEEDS)).rejects.toThrow('network tiny.onnx is closed');
  expect((await other.run(FEEDS))['logits']!.data).toEqual((await ownAnswer())['logits']);
  await other.close();
  await expect(other.run(FEEDS)).rejects.toThrow('its thread has ended');
  // A thread that has ended with its last network is not the end of the others to come.
  const next = await shared.load('tiny.onnx', order);
  expect((await next.run(FEEDS))['logits']!.data).toEqual((await ownAnswer())['logits']);
  await next.close();
});
