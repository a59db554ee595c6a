import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { Volumes } from '../../volume/volume.ts';
import { type Sample, sampleDims, samplesOf, viewCount } from '../classify/classifier-samples.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { type LevelFrame, levelFrame } from './level-frame.ts';
import { sidedView } from './sided-view.ts';
import { viewCutter } from './view-cutter.ts';
import { slicesSeen } from './view-patch.ts';

/** What a classifier is asked to see. */
export type RegionsSpec = Pick<ClassifierSpec, 'sample' | 'levels' | 'inputs'>;

/** What one classifier sees: every view of every sample. */
export interface Regions {
  readonly samples: readonly Sample[];
  /** One an input, [samples, …sampleDims]: values in [0, 1]; absent slices and views are 0. */
  readonly inputs: readonly Float32Array[];
  /** [samples, views of all inputs in order]: 1 where the view shows anything. */
  readonly mask: Float32Array;
}

/**
 * Cuts the views of each classifier's samples around the spinal canal at the disc's height. A view that several
 * classifiers see alike is cut once.
 * @param levels all five, in LEVELS order: the spine's direction at a disc follows from its neighbours.
 */
export async function cropRegions(
  specs: readonly RegionsSpec[],
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<readonly Regions[]> {
  const frames = new Map(levels.map(({ level }, i) => [level, levelFrame(levels, i)]));
  await decodeSeen(specs, volumes, frames);
  const cut = viewCutter(volumes);
  const regions: Regions[] = [];
  for (const spec of specs) {
    const samples = samplesOf(spec);
    const views = viewCount(spec);
    const mask = new Float32Array(samples.length * views);
    const inputs: Float32Array[] = [];
    let firstView = 0;
    for (const input of spec.inputs) {
      const perSample = sampleDims(input).reduce((a, b) => a * b);
      const perView = perSample / input.views.length;
      const data = new Float32Array(samples.length * perSample);
      for (const [s, sample] of samples.entries()) {
        for (const [v, view] of input.views.entries()) {
          const patch = await cut(sidedView(view, sample), input, sample, frames.get(sample.level)!);
          if (patch === null) continue;
          data.set(patch, s * perSample + v * perView);
          mask[s * views + firstView + v] = 1;
        }
      }
      inputs.push(data);
      firstView += input.views.length;
    }
    regions.push({ samples, inputs, mask });
  }
  return regions;
}

/** Has every slice that any view shows decoded, side by side; the others never are. */
async function decodeSeen(
  specs: readonly RegionsSpec[],
  volumes: Volumes,
  frames: ReadonlyMap<string, LevelFrame>,
): Promise<void> {
  const seen = specs.flatMap((spec) =>
    samplesOf(spec).flatMap((sample) =>
      spec.inputs
        .flatMap(({ views }) => views)
        .flatMap((view) => {
          const volume = volumes[view.role];
          return volume ? slicesSeen(sidedView(view, sample), volume, frames.get(sample.level)!) : [];
        }),
    ),
  );
  await Promise.all(Array.from(new Set(seen), (slice) => slice.pixels()));
}
