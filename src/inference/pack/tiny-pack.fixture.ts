import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputDims, sampleDims, viewCount } from '../classify/classifier-samples.ts';
import { type TinyNetwork, tinyOnnx } from '../network/tiny-onnx.fixture.ts';
import type { ClassifierSpec } from './classifier-spec.ts';
import type { PackManifest } from './pack-manifest.ts';

const COMMITTED = new URL('../../../models/default/', import.meta.url);

/** The network a classifier of a tiny pack gets unless something is to be wrong with it. */
export function tinyNetwork(spec: ClassifierSpec): TinyNetwork {
  const [samples, ...dims] = outputDims(spec) as [number, ...number[]];
  const values = dims.reduce((a, b) => a * b);
  const inputs = spec.inputs.map((input) => ({ name: input.name, dims: sampleDims(input) }));
  const mask = spec.mask === undefined ? [] : [{ name: spec.mask, dims: [viewCount(spec)] }];
  return {
    inputs: [...inputs, ...mask],
    samples,
    output: { name: spec.output.name, dims },
    weights: Array.from({ length: values }, (_, i) => 3 * Math.sin(i + 1)),
    biases: Array.from({ length: values }, (_, i) => Math.cos(2 * i)),
  };
}

/**
 * Writes a pack: the committed localiser, and for every classifier a network that means over what it sees.
 * @param manifest hashes in it are replaced.
 */
export async function writeTinyPack(
  folder: string,
  manifest: PackManifest,
  network: (spec: ClassifierSpec) => TinyNetwork = tinyNetwork,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const committed = JSON.parse(await readFile(new URL('manifest.json', COMMITTED), 'utf8')) as PackManifest;
  const { file } = committed.localiser;
  await copyFile(new URL(file, COMMITTED), join(folder, file));
  const classifiers: ClassifierSpec[] = [];
  for (const spec of manifest.classifiers) {
    const bytes = tinyOnnx(network(spec));
    await writeFile(join(folder, spec.file), bytes);
    classifiers.push({ ...spec, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  // The foramina are looked for by nothing tiny.
  const { foramenFinder: _, ...rest } = manifest;
  const written: PackManifest = { ...rest, localiser: committed.localiser, classifiers };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(written));
}
