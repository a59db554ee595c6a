import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tinyOnnx } from '../inference/network/tiny-onnx.fixture.ts';
import { parseManifest } from '../inference/pack/parse-manifest.ts';
import { tinyNetwork } from '../inference/pack/tiny-pack.fixture.ts';
import { countParameters, packParameters } from './count-parameters.ts';

const PACK = 'models/default';
const manifest = parseManifest(PACK, readFileSync(`${PACK}/manifest.json`, 'utf8'));

test('weights and biases count, the shape of an output left open does not', () => {
  const tiny = tinyNetwork(manifest.classifiers[0]!);
  const wanted = tiny.weights.length + tiny.biases.length;
  expect(countParameters(tinyOnnx(tiny))).toBe(wanted);
  expect(countParameters(tinyOnnx({ ...tiny, output: { ...tiny.output, open: true } }))).toBe(wanted);
});

test('those of a pack are those of all its networks', async () => {
  const { localiser, foramenFinder, segmenter, classifiers } = manifest;
  const all = [localiser, foramenFinder!, ...Object.values(segmenter!), ...classifiers];
  const networks = all.map(({ file }) => countParameters(readFileSync(`${PACK}/${file}`)));
  expect(Math.min(...networks)).toBeGreaterThan(100_000);
  expect(await packParameters(PACK, manifest)).toBe(networks.reduce((a, b) => a + b, 0));
});
