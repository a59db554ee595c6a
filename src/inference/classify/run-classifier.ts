import { SERIES_ROLES, type SeriesRole } from '../../domain/series-role.ts';
import type { UnreadPlaces } from '../../domain/unread-places.ts';
import type { Regions } from '../crop/crop-regions.ts';
import type { ModelRunner, Tensor } from '../network/model-runner.ts';
import type { ClassifierSpec } from '../pack/pack-manifest.ts';
import { outputDims, sampleDims, viewCount } from './classifier-samples.ts';

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
 * One run of a classifier over all its samples. A sample can be read when any view is there, or, by a network
 * without a mask, when every view is; where none can the network is not run.
 * @throws Error when the network answers with anything but as many finite numbers as the manifest says.
 */
export async function runClassifier(
  spec: ClassifierSpec,
  runner: ModelRunner,
  regions: Regions,
): Promise<ClassifierReading> {
  const views = viewCount(spec);
  const readable = regions.samples.map((_, s) => {
    const mask = regions.mask.subarray(s * views, (s + 1) * views);
    return spec.mask === undefined ? mask.every((there) => there === 1) : mask.includes(1);
  });
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

/** The series of which sample s shows no view, though the network reads some. */
export function missingRoles({ inputs }: ClassifierSpec, { mask }: Regions, s: number): SeriesRole[] {
  const views = inputs.flatMap((input) => input.views);
  const there = new Set(views.filter((_, v) => mask[s * views.length + v] === 1).map(({ role }) => role));
  return SERIES_ROLES.filter((role) => !there.has(role) && views.some((view) => view.role === role));
}

/** What a classifier could not read and for want of what; null when it read everything. */
export function unreadPlaces(
  spec: ClassifierSpec,
  regions: Regions,
  readable: readonly boolean[],
): UnreadPlaces | null {
  const unread = regions.samples.flatMap((sample, s) => (readable[s] ? [] : [{ sample, s }]));
  if (unread.length === 0) return null;
  const views = spec.inputs.flatMap((input) => input.views);
  const roles = new Set(
    unread.flatMap(({ s }) =>
      views.filter((_, v) => regions.mask[s * views.length + v] === 0).map((view) => view.role),
    ),
  );
  const all = unread.length === regions.samples.length;
  const places = unread.map(({ sample: { level, side } }) => ({ level, side }));
  return { network: spec.file, places: all ? 'all' : places, roles: [...roles] };
}
