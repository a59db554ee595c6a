import { observedQuantile } from '../../domain/quantile.ts';
import { type Sample, sample } from './sample.ts';

/** Several runs of the same work. */
export interface Timing {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly blockMedianMs: number;
  readonly blockWorstMs: number;
  readonly blockCpuMedianMs: number;
}

/** Not counted: compiling, opening connections, filling caches. */
export const WARM_UP_RUNS = 3;

/**
 * Runs the works in turn, round after round, so that what else the machine does falls on all of them alike.
 * @param prepare before each round; not measured.
 * @returns one timing a work, in their order
 */
export async function measureInTurn(
  runs: number,
  works: readonly (() => Promise<unknown>)[],
  prepare: () => Promise<unknown> = async () => undefined,
): Promise<readonly Timing[]> {
  const samples = works.map((): Sample[] => []);
  for (let round = 0; round < WARM_UP_RUNS + runs; round += 1) {
    await prepare();
    for (const [index, work] of works.entries()) samples[index]!.push((await sample(work)).sample);
  }
  return samples.map(timingOf);
}

/** The warm runs among the samples, summed up. */
export const timingOf = (samples: readonly Sample[]): Timing => summedUp(samples.slice(WARM_UP_RUNS));

/** Samples that all count, summed up. */
export function summedUp(samples: readonly Sample[]): Timing {
  const of = (key: keyof Sample) => samples.map((one) => one[key]);
  return {
    medianMs: observedQuantile(of('ms'), 0.5),
    p99Ms: observedQuantile(of('ms'), 0.99),
    blockMedianMs: observedQuantile(of('blockMs'), 0.5),
    blockWorstMs: Math.max(...of('blockMs')),
    blockCpuMedianMs: observedQuantile(of('blockCpuMs'), 0.5),
  };
}
