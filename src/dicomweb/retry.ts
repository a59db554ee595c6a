import { setTimeout as delay } from 'node:timers/promises';
import { ArchiveError } from './archive.ts';
import { needsPeople } from './archive-gate.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Wait before the second try; doubled before each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A Retry-After of the archive is heeded up to this. */
  readonly maxRetryAfterMs: number;
}

/** What holds for every request to an archive. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  firstDelayMs: 200,
  maxDelayMs: 5_000,
  maxRetryAfterMs: 30_000,
};

/** Whether the same request may be answered soon. Credentials and certificates are renewed by a human, who takes longer. */
export function isPassing(error: unknown): error is ArchiveError {
  return error instanceof ArchiveError && error.retryable && !needsPeople(error.code);
}

/**
 * Runs a request again while it throws what `again` says may pass, waiting longer each time, and as long as the
 * archive asks for within the policy's bound. Half of each wait is random, so that clients cut off together do not
 * return together.
 * @throws what the last try threw; the signal's reason when aborted, also while waiting.
 */
export async function retrying<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
  again: (error: unknown) => error is ArchiveError = isPassing,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    let asked = 0;
    try {
      return await run();
    } catch (error) {
      if (!again(error) || attempt >= policy.attempts) throw error;
      asked = Math.min(error.retryAfterMs ?? 0, policy.maxRetryAfterMs);
    }
    const limitMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
    const waitMs = Math.max(asked, (limitMs * (1 + Math.random())) / 2);
    await delay(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
