import { outputDims, sampleDims, samplesOf, viewCount } from '../classify/classifier-samples.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import type { ForamenFinderSpec } from '../pack/foramen-finder-spec.ts';
import type { LocaliserSpec } from '../pack/localiser-spec.ts';

/** Dimensions by the tensor's name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Names and shapes that a manifest asks of a network. */
export interface ExpectedTensors {
  readonly inputs: Shapes;
  readonly outputs: Shapes;
}

/** What the manifest says of the localiser's tensors. */
export function localiserTensors({ input, output }: LocaliserSpec): ExpectedTensors {
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  return {
    inputs: { [input.name]: [1, input.slices, input.size, input.size] },
    outputs: {
      [output.heatmaps]: [1, 2 * output.landmarks.length, side, side],
      [output.lateralOffset]: [1, 1, side, side],
    },
  };
}

/** What the manifest says of the foramen finder's tensors. */
export function foramenFinderTensors({ input, output }: ForamenFinderSpec): ExpectedTensors {
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  return {
    inputs: { [input.name]: [1, 1, input.size, input.size] },
    outputs: { [output.heatmaps]: [1, output.levels.length, side, side] },
  };
}

/** What the manifest says of a classifier's tensors. */
export function classifierTensors(spec: ClassifierSpec): ExpectedTensors {
  const samples = samplesOf(spec).length;
  const inputs = spec.inputs.map((input) => [input.name, [samples, ...sampleDims(input)]] as const);
  const mask = spec.mask === undefined ? [] : [[spec.mask, [samples, viewCount(spec)]] as const];
  return {
    inputs: Object.fromEntries([...inputs, ...mask]),
    outputs: { [spec.output.name]: outputDims(spec) },
  };
}
