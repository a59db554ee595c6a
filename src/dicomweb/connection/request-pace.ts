import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a request's turn. */
export type RequestPace = (signal: AbortSignal | undefined) => Promise<void>;

/** Requests at even distances, so many a second at most, whoever asks; null: as they come. @throws the signal's reason */
export function requestPace(perSecond: number | null): RequestPace {
  if (perSecond === null) return () => Promise.resolve();
  const distanceMs = 1_000 / perSecond;
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    const turn = Math.max(now, next);
    next = turn + distanceMs;
    if (turn <= now) return;
    await delay(turn - now, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  };
}
