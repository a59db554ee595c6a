import { isIneligible } from '../../domain/ineligible.ts';
import { inWords } from '../../domain/remark.ts';
import type { ObserveStage, Stage } from '../../domain/stage.ts';
import { type Grading, grade } from '../../inference/grade.ts';
import type { ModelRunner } from '../../inference/network/model-runner.ts';
import { measureInTurn, timingOf } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';
import { type Sample, sample } from './sample.ts';

/** @throws Error where the study cannot be graded. */
export async function graded({ pack, volumes }: BenchStudy, observe?: ObserveStage): Promise<Grading> {
  const grading = await grade(pack, volumes, observe);
  if (isIneligible(grading)) throw new Error(grading.reasons.map(inWords).join('; '));
  return grading;
}

type NetworkRun = () => Promise<unknown>;

/** Every run of a network in one grading of the study, to be done again on the same tensors. */
export async function networkRuns(study: BenchStudy) {
  const [places, classes]: [NetworkRun[], NetworkRun[]] = [[], []];
  const noting = (runner: ModelRunner, runs: NetworkRun[]): ModelRunner => ({
    ...runner,
    run(feeds) {
      runs.push(() => runner.run(feeds));
      return runner.run(feeds);
    },
  });
  const { localiser, foramenFinder, classifiers, segmenters } = study.pack;
  await graded({
    ...study,
    pack: {
      ...study.pack,
      localiser: noting(localiser, places),
      foramenFinder: foramenFinder && noting(foramenFinder, places),
      classifiers: classifiers.map((classifier) => noting(classifier, classes)),
      segmenters: segmenters.map((network) => ({ ...network, runner: noting(network.runner, classes) })),
    },
  });
  return { places, classes };
}

export async function oneAfterAnother(runs: readonly NetworkRun[]): Promise<void> {
  for (const run of runs) await run();
}

/** Each network with its preparation and its reading, beside the bare network. */
export async function benchInference(study: BenchStudy, runs: number): Promise<BenchRow[]> {
  const { places, classes } = await networkRuns(study);
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
  const [finding, reading] = await measureInTurn(runs, [
    () => oneAfterAnother(places),
    () => oneAfterAnother(classes),
    grading,
  ]);
  return [
    {
      what: 'localise',
      timing: timingOf(samples.localise),
      floor: { what: 'its runs of networks alone', ms: finding!.medianMs },
    },
    {
      what: 'crop and classify',
      timing: timingOf(samples.rest),
      floor: { what: 'its runs of networks alone', ms: reading!.medianMs },
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
