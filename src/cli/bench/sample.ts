/** One run of some work. */
export interface Sample {
  readonly ms: number;
  /** The longest time the event loop was held up. */
  readonly blockMs: number;
  /** The most the main thread computed between two turns of the event loop: a block, less what others took from it. */
  readonly blockCpuMs: number;
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
