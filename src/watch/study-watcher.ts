import { pollArchive } from './poll-archive.ts';
import type { WatchDeps, WatchSettings } from './watch-deps.ts';
import { newMemory } from './watch-memory.ts';

/**
 * Polls the archive until the signal aborts, then resolves; while the archive is away, waits until it answers again.
 * Each state of a study (its MR series and their counts) is submitted at least once when it is complete or overdue:
 * after a crash between submitting and remembering, once more. Several watchers of one store are safe in the same way.
 */
export async function watchStudies(
  deps: WatchDeps,
  settings: WatchSettings,
  signal: AbortSignal,
): Promise<void> {
  const memory = newMemory();
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = settings.pollIntervalMs;
    try {
      await pollArchive(deps, settings, memory, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const backoffMs = Math.min(settings.maxBackoffMs, settings.pollIntervalMs * 2 ** failures);
      waitMs = Math.max(settings.pollIntervalMs, backoffMs);
      deps.onEvent({ kind: 'poll-failed', error, retryInMs: waitMs });
      if (await deps.gate.isAway(error, signal)) {
        await deps.gate.opened(signal);
        failures = 0;
        continue;
      }
    }
    await deps.clock.sleep(waitMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
