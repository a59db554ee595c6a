import type { Finding, LocalisedLevel } from '../domain/assessment.ts';
import { classify } from '../inference/classify.ts';
import { cropRegions } from '../inference/crop-regions.ts';
import { localise } from '../inference/localise.ts';
import { localiserInput } from '../inference/localiser-input.ts';
import type { Tensor } from '../inference/model-runner.ts';
import { measureInTurn } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';

/** Both networks on tensors that are ready. */
export async function bareNetworks({ pack, volumes }: BenchStudy, levels: readonly LocalisedLevel[]) {
  const { localiser, classifier } = pack.manifest;
  const { input } = localiser;
  const { data } = await localiserInput(volumes[input.role]!, localiser, null);
  const slices: Tensor = { dims: [1, input.slices, input.size, input.size], data };
  const { views, mask } = await cropRegions(classifier, volumes, levels);
  const { size, views: specs, name, mask: maskName } = classifier.input;
  const viewDims = [levels.length, specs.length];
  const regions = { dims: [...viewDims, specs[0]!.slicesMm.length, size, size], data: views };
  return {
    localiser: () => pack.localiser.run({ [input.name]: slices }),
    classifier: () => pack.classifier.run({ [name]: regions, [maskName]: { dims: viewDims, data: mask } }),
  };
}

/** @throws Error where the localiser finds no spine. */
export async function localised({ pack, volumes }: BenchStudy) {
  const localisation = await localise(pack, volumes[pack.manifest.localiser.input.role]!);
  if (localisation.kind === 'not-localised') throw new Error(localisation.reasons.join('; '));
  return localisation.levels;
}

export async function graded(
  study: BenchStudy,
  levels: readonly LocalisedLevel[],
): Promise<readonly Finding[]> {
  const { pack, volumes } = study;
  return classify(pack, await cropRegions(pack.manifest.classifier, volumes, levels), levels, volumes);
}

/** Each network with its preparation and its reading, beside the bare network. */
export async function benchInference(study: BenchStudy, runs: number): Promise<BenchRow[]> {
  const levels = await localised(study);
  const bare = await bareNetworks(study, levels);
  const [localiser, localising, classifier, classifying] = await measureInTurn(runs, [
    bare.localiser,
    () => localised(study),
    bare.classifier,
    () => graded(study, levels),
  ]);
  return [
    {
      what: 'localise',
      timing: localising!,
      floor: { what: 'one bare run of the localiser', ms: localiser!.medianMs },
    },
    {
      what: 'crop and classify',
      timing: classifying!,
      floor: { what: 'one bare run of the classifier', ms: classifier!.medianMs },
    },
  ];
}
