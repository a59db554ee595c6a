import { observedQuantile } from '../../domain/quantile.ts';

/** One run of some work. */
export interface Sample {
  readonly ms: number;
  /** The longest time the event loop was held up. */
  readonly blockMs: number;
  /** The most the main thread computed between two turns of the event loop: a block, less what others took from it. */
  readonly blockCpuMs: number;
}

/** Several runs of the same work. */
export interface Timing {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly blockMedianMs: number;
  readonly blockWorstMs: number;
  readonly blockCpuMedianMs: number;
}

/** Not counted: compiling, opening connections, filling caches. */
const WARM_UP_RUNS = 3;

/**
 * Runs the works in turn, round after round, so that what else the machine does falls on all of them alike.
 * @returns one timing a work, in their order
 */
export async function measureInTurn(
  runs: number,
  works: readonly (() => Promise<unknown>)[],
): Promise<readonly Timing[]> {
  const samples = works.map((): Sample[] => []);
  for (let round = 0; round < WARM_UP_RUNS + runs; round += 1) {
    for (const [index, work] of works.entries()) samples[index]!.push((await sample(work)).sample);
  }
  return samples.map(timingOf);
}

/** The warm runs among the samples, summed up. */
export function timingOf(samples: readonly Sample[]): Timing {
  const warm = samples.slice(WARM_UP_RUNS);
  const of = (key: keyof Sample) => warm.map((one) => one[key]);
  return {
    medianMs: observedQuantile(of('ms'), 0.5),
    p99Ms: observedQuantile(of('ms'), 0.99),
    blockMedianMs: observedQuantile(of('blockMs'), 0.5),
    blockWorstMs: Math.max(...of('blockMs')),
    blockCpuMedianMs: observedQuantile(of('blockCpuMs'), 0.5),
  };
}

const TICK_MS = 1;

/**
 * Runs the work while a timer of 1 ms watches the event loop: what the timer comes late by is a block.
 * (monitorEventLoopDelay of node:perf_hooks misses about half of the blocks that a native call in a setImmediate
 * causes.)
 */
export async function sample<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly sample: Sample }> {
  let [blockMs, blockCpuMs] = [0, 0];
  const began = performance.now();
  let [last, lastCpu] = [began, threadCpuMs()];
  const tick = () => {
    const [now, cpu] = [performance.now(), threadCpuMs()];
    blockMs = Math.max(blockMs, now - last - TICK_MS);
    blockCpuMs = Math.max(blockCpuMs, cpu - lastCpu);
    [last, lastCpu] = [now, cpu];
  };
  const timer = setInterval(tick, TICK_MS);
  try {
    const result = await work();
    tick();
    return { result, sample: { ms: last - began, blockMs, blockCpuMs } };
  } finally {
    clearInterval(timer);
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
