import { isIneligible } from '../../domain/ineligible.ts';
import { inWords } from '../../domain/remark.ts';
import type { ObserveStage, Stage } from '../../domain/stage.ts';
import { classifierFeeds } from '../../inference/classify/run-classifier.ts';
import { type Grading, grade } from '../../inference/grade.ts';
import { localiserInput } from '../../inference/localise/localiser-input.ts';
import type { Tensor } from '../../inference/network/model-runner.ts';
import { measureInTurn, timingOf } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';
import { type Sample, sample } from './sample.ts';

/** The networks on tensors that are ready. */
export async function bareNetworks({ pack, volumes }: BenchStudy, { regions }: Grading) {
  const { localiser, classifiers } = pack.manifest;
  const { input } = localiser;
  const { data } = await localiserInput(volumes[input.role]!, localiser, null);
  const slices: Tensor = { dims: [1, input.slices, input.size, input.size], data };
  return {
    localiser: () => pack.localiser.run({ [input.name]: slices }),
    classifiers: async () => {
      for (const [k, spec] of classifiers.entries()) {
        const shown = regions[k];
        if (shown) await pack.classifiers[k]!.run(classifierFeeds(spec, shown));
      }
    },
  };
}

/** @throws Error where the study cannot be graded. */
export async function graded({ pack, volumes }: BenchStudy, observe?: ObserveStage): Promise<Grading> {
  const grading = await grade(pack, volumes, observe);
  if (isIneligible(grading)) throw new Error(grading.reasons.map(inWords).join('; '));
  return grading;
}

/** Each network with its preparation and its reading, beside the bare network. */
export async function benchInference(study: BenchStudy, runs: number): Promise<BenchRow[]> {
  const bare = await bareNetworks(study, await graded(study));
  const samples = { localise: [] as Sample[], rest: [] as Sample[] };
  const grading = async () => {
    const taken = new Map<Stage, Sample>();
    await graded(study, async (stage, run) => {
      const { result, sample: one } = await sample(run);
      taken.set(stage, one);
      return result;
    });
    samples.localise.push(taken.get('localise')!);
    samples.rest.push(together(taken.get('crop')!, taken.get('classify')!));
  };
  const [localiser, classifiers] = await measureInTurn(runs, [bare.localiser, bare.classifiers, grading]);
  return [
    {
      what: 'localise',
      timing: timingOf(samples.localise),
      floor: { what: 'one bare run of the localiser', ms: localiser!.medianMs },
    },
    {
      what: 'crop and classify',
      timing: timingOf(samples.rest),
      floor: { what: 'one bare run of each classifier that is needed', ms: classifiers!.medianMs },
    },
  ];
}

/** One after the other. */
function together(a: Sample, b: Sample): Sample {
  return {
    ms: a.ms + b.ms,
    blockMs: Math.max(a.blockMs, b.blockMs),
    blockCpuMs: Math.max(a.blockCpuMs, b.blockCpuMs),
  };
}
