import { setTimeout as delay } from 'node:timers/promises';

/** Whether a system that all work needs can be asked at all. While it is closed nothing is blamed for what it lacks. */
export interface Gate<Away extends string> {
  /** Null while the gate is open. */
  readonly closed: Away | null;
  /**
   * Looks into a fault: true when the system is away altogether, which a probe says and not the fault. The gate is closed
   * then, and opens when a probe succeeds. True, too, when `signal` aborts before that is known.
   */
  isAway(error: unknown, signal: AbortSignal): Promise<boolean>;
  /** Resolves when the gate is open, or when `signal` aborts. */
  opened(signal: AbortSignal): Promise<void>;
}

export interface GateParts<Away extends string> {
  /** Why the system cannot be asked, null where it can; and for how long it wants to be left alone. Never rejects. */
  probe(signal: AbortSignal): Promise<{ readonly away: Away | null; readonly retryAfterMs?: number | null }>;
  /** Whether a fault may mean that it is away. */
  isSuspect(error: unknown): boolean;
  /** The gate closed, or (null) opened again after `awayMs`. */
  onChange(away: Away | null, awayMs: number): void;
  /** Wait before the first probe of a closed gate; doubled before each further one, up to the longest. */
  readonly firstProbeMs?: number;
  readonly longestProbeMs?: number;
}

/** A gate of its own: it can be closed from outside, and given up. */
export interface OwnGate<Away extends string> extends Gate<Away> {
  /** Closes it by what is known already. */
  closeBy(away: Away): void;
  close(): Promise<void>;
}

/** A system that asks to be left alone (Retry-After) is, for no longer than this. */
const LONGEST_ASKED_MS = 10 * 60_000;

/** An open gate. */
export function openGate<Away extends string>(parts: GateParts<Away>): OwnGate<Away> {
  const { onChange, firstProbeMs = 1_000, longestProbeMs = 30_000 } = parts;
  const ended = new AbortController();
  let closed: Away | null = null;
  let opening = Promise.withResolvers<void>();
  let probing: Promise<boolean> | null = null;
  let waiting: Promise<void> = Promise.resolve();

  const waitUntilBack = async (askedMs: number) => {
    const closedAt = performance.now();
    let leftAloneMs = askedMs;
    for (let waitMs = firstProbeMs; ; waitMs = Math.min(longestProbeMs, 2 * waitMs)) {
      await delay(Math.max(waitMs, leftAloneMs), undefined, { signal: ended.signal });
      const { away, retryAfterMs } = await parts.probe(ended.signal);
      ended.signal.throwIfAborted();
      if (away === null) break;
      leftAloneMs = Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS);
      if (away !== closed) onChange(away, performance.now() - closedAt);
      closed = away;
    }
    closed = null;
    opening.resolve();
    onChange(null, performance.now() - closedAt);
  };
  const closeBy = (away: Away, askedMs = 0) => {
    if (closed !== null || ended.signal.aborted) return;
    closed = away;
    opening = Promise.withResolvers<void>();
    onChange(away, 0);
    // Rejects only when the gate is given up.
    waiting = waitUntilBack(askedMs).catch(() => undefined);
  };
  const closeUnlessAnswered = async () => {
    const { away, retryAfterMs } = await parts.probe(ended.signal);
    if (away === null || ended.signal.aborted) return false;
    closeBy(away, Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS));
    return true;
  };
  return {
    get closed() {
      return closed;
    },
    closeBy: (away) => closeBy(away),
    async isAway(error, signal) {
      if (closed !== null) return true;
      if (!parts.isSuspect(error)) return false;
      probing ??= closeUnlessAnswered().finally(() => {
        probing = null;
      });
      return await orWhenAborted(probing, signal, true);
    },
    async opened(signal) {
      if (closed !== null) await orWhenAborted(opening.promise, signal, undefined);
    },
    async close() {
      ended.abort();
      opening.resolve();
      await waiting;
    },
  };
}

/** One gate of two: open while both are. */
export function bothGates<Away extends string>(first: Gate<Away>, second: Gate<Away>): Gate<Away> {
  return {
    get closed() {
      return first.closed ?? second.closed;
    },
    isAway: async (error, signal) =>
      (await first.isAway(error, signal)) || (await second.isAway(error, signal)),
    async opened(signal) {
      while (!signal.aborted && (first.closed ?? second.closed) !== null) {
        await first.opened(signal);
        await second.opened(signal);
      }
    },
  };
}

/** What the promise resolves to, `otherwise` when the signal aborts before. */
async function orWhenAborted<T>(promise: Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
  if (signal.aborted) return otherwise;
  const aborted = Promise.withResolvers<T>();
  const abort = () => aborted.resolve(otherwise);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
