import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputDims, sampleDims, viewCount } from '../classify/classifier-samples.ts';
import { type TinyNetwork, tinyOnnx } from '../network/tiny-onnx.fixture.ts';
import type { ClassifierSpec } from './classifier-spec.ts';
import type { ForamenFinderSpec } from './foramen-finder-spec.ts';
import type { PackManifest } from './pack-manifest.ts';
import {
  type SegmentedPlane,
  type SegmenterNetworkSpec,
  type SegmenterSpec,
  segmentersOf,
} from './segmenter-spec.ts';

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
 * @param manifest hashes in it are replaced; a licence is left out.
 * @param marked where its finder, if it names one, sees foramina: on every slice the same.
 * @param outlined what its segmenter, if it names one, sees: on every slice of a plane the same labels.
 */
export async function writeTinyPack(
  folder: string,
  manifest: PackManifest,
  network: (spec: ClassifierSpec) => TinyNetwork = tinyNetwork,
  marked: MarkedPlaces = () => [],
  outlined: OutlinedLabels = ({ input }) => new Uint8Array(input.size ** 2),
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
  const { foramenFinder: spec, segmenter: outlining, licence: _, ...rest } = manifest;
  const foramenFinder = spec && (await writeFinder(folder, spec, marked));
  const segmenter = outlining && (await writeSegmenter(folder, outlining, outlined));
  const written: PackManifest = {
    ...{ ...rest, localiser: committed.localiser, classifiers },
    ...(foramenFinder && { foramenFinder }),
    ...(segmenter && { segmenter }),
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(written));
}

/** Places on a finder's heat maps, by the index of the level. */
export type MarkedPlaces = (
  spec: ForamenFinderSpec,
) => readonly { readonly level: number; readonly column: number; readonly row: number }[];

/** Height of a mark, and how far it reaches in pixels of the heat map. */
const MARK = { score: 0.9, reach: 1.5 };

async function writeFinder(
  folder: string,
  spec: ForamenFinderSpec,
  marked: MarkedPlaces,
): Promise<ForamenFinderSpec> {
  const { input, output } = spec;
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  const dims = [output.levels.length, side, side];
  const biases = new Array<number>(dims.reduce((a, b) => a * b)).fill(0);
  for (const { level, column, row } of marked(spec)) {
    for (let at = 0; at < side * side; at++) {
      const away = Math.hypot((at % side) - column, Math.floor(at / side) - row) / MARK.reach;
      biases[level * side * side + at]! += MARK.score * Math.exp(-(away ** 2) / 2);
    }
  }
  const bytes = tinyOnnx({
    inputs: [{ name: input.name, dims: [1, input.size, input.size] }],
    samples: 1,
    output: { name: output.heatmaps, dims },
    weights: biases.map(() => 0),
    biases,
  });
  await writeFile(join(folder, spec.file), bytes);
  return { ...spec, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The label of every pixel of a segmenter's square, row-major: 0, or 1 + the index of the structure. */
export type OutlinedLabels = (spec: SegmenterNetworkSpec, plane: SegmentedPlane) => Uint8Array;

async function writeSegmenter(
  folder: string,
  spec: SegmenterSpec,
  outlined: OutlinedLabels,
): Promise<SegmenterSpec> {
  const written: [SegmentedPlane, SegmenterNetworkSpec][] = [];
  for (const { plane, network } of segmentersOf(spec)) {
    const { input, output } = network;
    const area = input.size ** 2;
    const biases = new Array<number>((1 + output.structures.length) * area).fill(0);
    for (const [at, label] of outlined(network, plane).entries()) biases[label * area + at] = 1;
    const bytes = tinyOnnx({
      inputs: [{ name: input.name, dims: [1, input.size, input.size] }],
      samples: 1,
      output: { name: output.name, dims: [1 + output.structures.length, input.size, input.size] },
      weights: biases.map(() => 0),
      biases,
    });
    await writeFile(join(folder, network.file), bytes);
    written.push([plane, { ...network, sha256: createHash('sha256').update(bytes).digest('hex') }]);
  }
  return Object.fromEntries(written) as unknown as SegmenterSpec;
}
