import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { renderedPhantom } from '../../../test/support/rendered-phantom.ts';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import type { Volumes } from '../../volume/volume.ts';

import type { TinyNetwork } from '../network/tiny-onnx.fixture.ts';
import type { ClassifierSpec, InputSpec } from '../pack/classifier-spec.ts';
import { loadModelPack } from '../pack/load-model-pack.ts';
import type { PackManifest } from '../pack/pack-manifest.ts';
import { tinyNetwork, writeTinyPack } from '../pack/tiny-pack.fixture.ts';
import type { ViewSpec } from '../pack/view-spec.ts';
import { classify } from './classify.ts';
import { regionsToRead } from './regions-to-read.ts';

const CPU = { preferred: ['cpu'], required: true } as const;
export const study = renderedPhantom(3, { family: 'demo' });
export const levels: LocalisedLevel[] = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));

export const view = (more: Partial<ViewSpec> = {}): ViewSpec => ({
  ...{ name: 'canal', role: 'sagittal-t2', plane: 'sagittal', side: null, slicesMm: [-4, 0, 4] },
  ...{ toleranceMm: 5, ...more },
});
export const axial = (side: ViewSpec['side']) => view({ role: 'axial-t2', plane: 'axial', side });
export const input = (
  layout: InputSpec['layout'],
  views: readonly ViewSpec[],
  name = 'images',
): InputSpec => ({
  ...{ name, layout, size: 24, mmPerPixel: 2 },
  ...{ normalise: { kind: 'percentile', low: 1, high: 99 }, views },
});
export const calibration = { temperature: 1.5, bias: [0.3, -0.1, 0.2] };
export const canalHead = { condition: 'spinal_canal_stenosis', side: null, calibration } as const;
export const spec = (more: Partial<ClassifierSpec>): ClassifierSpec => ({
  ...{ file: 'a.onnx', sha256: '', sample: 'level', levels: LEVELS, inputs: [input('views', [view()])] },
  output: { name: 'logits', activation: 'softmax', classes: GRADES, heads: [canalHead] },
  ...more,
});

/** Packs of tiny networks beside the committed localiser, in a folder that goes with the test file. */
export function tinyPacks() {
  // Slices are rendered, which a busy machine may take long for.
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  let committed: PackManifest;
  let root: string;
  let packs = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tiny-'));
    committed = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
  });
  afterAll(() => rm(root, { recursive: true }));
  async function pack(
    classifiers: readonly ClassifierSpec[],
    network: (of: ClassifierSpec) => TinyNetwork = tinyNetwork,
  ) {
    const folder = join(root, String(packs++));
    await writeTinyPack(folder, { ...committed, classifiers }, network);
    return loadModelPack(folder, CPU, 1);
  }

  async function read(
    classifiers: readonly ClassifierSpec[],
    volumes: Volumes = study.volumes,
    network: (of: ClassifierSpec) => TinyNetwork = tinyNetwork,
  ) {
    const loaded = await pack(classifiers, network);
    try {
      const regions = await regionsToRead(classifiers, volumes, levels);
      return { regions, ...(await classify(loaded, regions, levels, volumes)) };
    } finally {
      await loaded.close();
    }
  }
  return { pack, read };
}

export const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
/** What the tiny network answers to a sample. */
export function logits(of: ClassifierSpec, seen: readonly Float32Array[]): number[] {
  const { weights, biases } = tinyNetwork(of);
  const sum = seen.reduce((total, values) => total + mean(values), 0);
  return weights.map((weight, i) => weight * sum + biases[i]!);
}
export function softmax(
  values: readonly number[],
  { temperature, bias }: { temperature: number; bias: number[] },
) {
  const powers = bias.map((b, i) => Math.exp(values[i]! / temperature + b));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
export const part = (values: Float32Array, i: number, of: number) =>
  values.subarray((i * values.length) / of, ((i + 1) * values.length) / of);
