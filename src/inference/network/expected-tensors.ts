import { outputDims, sampleDims, samplesOf, viewCount } from '../classify/classifier-samples.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import type { ForamenFinderSpec } from '../pack/foramen-finder-spec.ts';
import type { LocaliserSpec } from '../pack/localiser-spec.ts';
import type { PackManifest } from '../pack/pack-manifest.ts';
import { type SegmenterNetworkSpec, segmentersOf } from '../pack/segmenter-spec.ts';

/** Dimensions by the tensor's name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Names and shapes that a manifest asks of a network. */
export interface ExpectedTensors {
  readonly inputs: Shapes;
  readonly outputs: Shapes;
}

/** What a manifest says of the tensors of its networks, in the order of networksOf. */
export function expectedTensors({
  localiser,
  classifiers,
  foramenFinder,
  segmenter,
}: Pick<
  PackManifest,
  'localiser' | 'classifiers' | 'foramenFinder' | 'segmenter'
>): readonly ExpectedTensors[] {
  return [
    localiserTensors(localiser),
    ...classifiers.map(classifierTensors),
    ...(foramenFinder ? [foramenFinderTensors(foramenFinder)] : []),
    ...(segmenter ? segmentersOf(segmenter).map(({ network }) => segmenterTensors(network)) : []),
  ];
}

function localiserTensors({ input, output }: LocaliserSpec): ExpectedTensors {
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  return {
    inputs: { [input.name]: [1, input.slices, input.size, input.size] },
    outputs: {
      [output.heatmaps]: [1, 2 * output.landmarks.length, side, side],
      [output.lateralOffset]: [1, 1, side, side],
    },
  };
}

function foramenFinderTensors({ input, output }: ForamenFinderSpec): ExpectedTensors {
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  return {
    inputs: { [input.name]: [1, 1, input.size, input.size] },
    outputs: { [output.heatmaps]: [1, output.levels.length, side, side] },
  };
}

function segmenterTensors({ input, output }: SegmenterNetworkSpec): ExpectedTensors {
  const { size } = input;
  return {
    inputs: { [input.name]: [1, 1, size, size] },
    outputs: { [output.name]: [1, 1 + output.structures.length, size, size] },
  };
}

function classifierTensors(spec: ClassifierSpec): ExpectedTensors {
  const samples = samplesOf(spec).length;
  const inputs = spec.inputs.map((input) => [input.name, [samples, ...sampleDims(input)]] as const);
  const mask = spec.mask === undefined ? [] : [[spec.mask, [samples, viewCount(spec)]] as const];
  return {
    inputs: Object.fromEntries([...inputs, ...mask]),
    outputs: { [spec.output.name]: outputDims(spec) },
  };
}
