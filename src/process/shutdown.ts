import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { terminateThreads } from './conversation.ts';

/** Beyond SHUTDOWN_TIMEOUT_MS, for putting running analyses back and closing everything. */
export const GRACE_MS = 4_000;
/** A thread within a compiled library's call cannot be ended; the process can. */
const THREADS_END_MS = 500;
/** After the limit, in which a main thread that does hear its timers has said what there is to say. */
const MAIN_HANGS_MS = 2 * THREADS_END_MS;
/** The killer needs next to nothing; MiB. */
const KILLER_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };

/**
 * Resolves with the first SIGTERM or SIGINT. From then on the process ends within `timeoutMs` and the grace, whatever
 * hangs, and at once with a second signal: with 1, or killed where a thread cannot be ended; a second later where the
 * main thread is in a call that does not return. Nothing durable is lost: the next start finds what was kept and takes up what was cut off.
 */
export function stopSignal(timeoutMs: number): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    const hear = (signal: NodeJS.Signals) => {
      if (isStopping) return void endNow(`a second signal, ${signal}`);
      isStopping = true;
      const limitMs = timeoutMs + GRACE_MS;
      setTimeout(() => void endNow(`not stopped within ${limitMs} ms`), limitMs).unref();
      killAfter(limitMs + MAIN_HANGS_MS);
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, hear);
  });
}

/** By a thread of its own, which does not keep the process. */
function killAfter(ms: number): void {
  const options = { name: 'killer', workerData: ms, resourceLimits: KILLER_LIMITS };
  const killer = new Worker(new URL('./killer-thread.ts', import.meta.url), options);
  // Without it, the timers are left.
  killer.on('error', () => undefined);
  killer.unref();
}

async function endNow(why: string): Promise<void> {
  process.stderr.write(`spinegrade ends at once (${why}); the next start takes up what was cut off\n`);
  const ended = terminateThreads().then(() => true);
  // To exit is to wait for every thread.
  if (await Promise.race([ended, sleep(THREADS_END_MS, false)])) process.exit(1);
  process.kill(process.pid, 'SIGKILL');
}
