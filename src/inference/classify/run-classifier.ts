import type { Regions } from '../crop/crop-regions.ts';
import type { ModelRunner, Tensor } from '../network/model-runner.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { outputDims, sampleDims, viewCount } from './classifier-samples.ts';
import { missingRoles } from './unread-places.ts';

/** What one classifier made of a study. */
export interface ClassifierReading {
  /** [samples, heads, classes] or [samples, heads], as the manifest says. */
  readonly logits: Float32Array;
  /** Per sample: whether enough of it was there to be read. */
  readonly readable: readonly boolean[];
}

/** The ONNX inputs of a classifier, as cut. */
export function classifierFeeds(spec: ClassifierSpec, regions: Regions): Readonly<Record<string, Tensor>> {
  const samples = regions.samples.length;
  const inputs = spec.inputs.map((input, i): readonly [string, Tensor] => [
    input.name,
    { dims: [samples, ...sampleDims(input)], data: regions.inputs[i]! },
  ]);
  const mask = { dims: [samples, viewCount(spec)], data: regions.mask };
  return Object.fromEntries(spec.mask === undefined ? inputs : [...inputs, [spec.mask, mask]]);
}

/**
 * Per sample: whether it can be read. That is when any view is there, and some of each series that the network requires;
 * by a network without a mask, when every view is.
 */
export function readableSamples(spec: ClassifierSpec, regions: Regions): boolean[] {
  const views = viewCount(spec);
  return regions.samples.map((_, s) => {
    const mask = regions.mask.subarray(s * views, (s + 1) * views);
    const missing = spec.requires === undefined ? [] : missingRoles(spec, regions, s);
    if (spec.requires?.some((role) => missing.includes(role))) return false;
    return spec.mask === undefined ? mask.every((there) => there === 1) : mask.includes(1);
  });
}

/**
 * One run of a classifier over all its samples. Where none can be read the network is not run.
 * @throws Error when the network answers with anything but as many finite numbers as the manifest says.
 */
export async function runClassifier(
  spec: ClassifierSpec,
  runner: ModelRunner,
  regions: Regions,
): Promise<ClassifierReading> {
  const readable = readableSamples(spec, regions);
  if (!readable.includes(true)) return { logits: new Float32Array(0), readable };
  const { [spec.output.name]: logits } = await runner.run(classifierFeeds(spec, regions));
  const wanted = outputDims(spec);
  if (logits!.dims.join() !== wanted.join()) {
    throw new Error(
      `network ${spec.file}: output ${spec.output.name} is [${logits!.dims}], the manifest says [${wanted}]`,
    );
  }
  return { logits: logits!.data, readable };
}
