import { setTimeout as delay } from 'node:timers/promises';
import { ArchiveError } from './archive.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Wait before the second try; doubled before each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Runs an idempotent request again while it throws a retryable ArchiveError, waiting longer each time. Half of each
 * wait is random, so that clients cut off together do not return together.
 * @throws what the last try threw; the signal's reason when aborted, also while waiting.
 */
export async function retrying<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      const again = error instanceof ArchiveError && error.retryable && attempt < policy.attempts;
      if (!again) throw error;
    }
    const limitMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
    const waitMs = (limitMs * (1 + Math.random())) / 2;
    await delay(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
