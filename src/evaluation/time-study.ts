import { quantile } from '../domain/quantile.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { evaluateStudy } from './evaluate-study.ts';
import type { StudySource } from './sources/study-source.ts';

const RUNS = 5;

/**
 * Median time from volumes to findings (localise, crop, classify) of several runs over one study; null where it
 * cannot be graded. A first run, not counted, renders or reads what there is to be read.
 */
export async function timeStudy(pack: ModelPack, { open }: StudySource): Promise<number | null> {
  const study = await open();
  if (study.kind !== 'labelled') return null;
  if ((await evaluateStudy(pack, study)).kind !== 'evaluated') return null;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await evaluateStudy(pack, study);
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}
