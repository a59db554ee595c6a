import { setTimeout as sleep } from 'node:timers/promises';
import { terminateThreads } from './conversation.ts';

/** Beyond SHUTDOWN_TIMEOUT_MS, for putting running analyses back and closing everything. */
export const GRACE_MS = 4_000;
/** A thread within a compiled library's call cannot be ended; the process can. */
const THREADS_END_MS = 500;

/**
 * Resolves with the first SIGTERM or SIGINT. From then on the process ends within `timeoutMs` and the grace, whatever
 * hangs, and at once with a second signal: with 1, or killed where a thread cannot be ended. Nothing durable is lost:
 * the next start finds what was kept and takes up what was cut off.
 */
export function stopSignal(timeoutMs: number): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    const hear = (signal: NodeJS.Signals) => {
      if (isStopping) return void endNow(`a second signal, ${signal}`);
      isStopping = true;
      const limitMs = timeoutMs + GRACE_MS;
      setTimeout(() => void endNow(`not stopped within ${limitMs} ms`), limitMs).unref();
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, hear);
  });
}

async function endNow(why: string): Promise<void> {
  process.stderr.write(`spinegrade ends at once (${why}); the next start takes up what was cut off\n`);
  const ended = terminateThreads().then(() => true);
  // To exit is to wait for every thread.
  if (await Promise.race([ended, sleep(THREADS_END_MS, false)])) process.exit(1);
  process.kill(process.pid, 'SIGKILL');
}
