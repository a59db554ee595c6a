import type { Finding, LocalisedLevel } from '../../domain/assessment.ts';
import { classify } from '../../inference/classify/classify.ts';
import { classifierFeeds } from '../../inference/classify/run-classifier.ts';
import { cropRegions } from '../../inference/crop/crop-regions.ts';
import { localise } from '../../inference/localise/localise.ts';
import { localiserInput } from '../../inference/localise/localiser-input.ts';
import type { Tensor } from '../../inference/network/model-runner.ts';
import { measureInTurn } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';

/** The networks on tensors that are ready. */
export async function bareNetworks({ pack, volumes }: BenchStudy, levels: readonly LocalisedLevel[]) {
  const { localiser, classifiers } = pack.manifest;
  const { input } = localiser;
  const { data } = await localiserInput(volumes[input.role]!, localiser, null);
  const slices: Tensor = { dims: [1, input.slices, input.size, input.size], data };
  const regions = await cropRegions(classifiers, volumes, levels);
  return {
    localiser: () => pack.localiser.run({ [input.name]: slices }),
    classifiers: async () => {
      for (const [k, spec] of classifiers.entries()) {
        await pack.classifiers[k]!.run(classifierFeeds(spec, regions[k]!));
      }
    },
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
  const regions = await cropRegions(pack.manifest.classifiers, volumes, levels);
  return (await classify(pack, regions, levels, volumes)).findings;
}

/** Each network with its preparation and its reading, beside the bare network. */
export async function benchInference(study: BenchStudy, runs: number): Promise<BenchRow[]> {
  const levels = await localised(study);
  const bare = await bareNetworks(study, levels);
  const [localiser, localising, classifier, classifying] = await measureInTurn(runs, [
    bare.localiser,
    () => localised(study),
    bare.classifiers,
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
      floor: { what: 'one bare run of each classifier', ms: classifier!.medianMs },
    },
  ];
}
