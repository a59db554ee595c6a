import { LEASE_MS, RENEW_MS, type WatchLease } from './watch-lease.ts';

export interface ActingDeps {
  readonly lease: Pick<WatchLease, 'take' | 'release'>;
  readonly clock: {
    /** Milliseconds since any moment, by a clock that never jumps. */
    elapsedMs(): number;
    sleep(ms: number, signal: AbortSignal): Promise<void>;
  };
  /** Hears when this process begins to act, and when it stands by again. */
  onActing(acting: boolean): void;
  /** A fault while the lease was asked for: it is asked for again. */
  onFault(fault: unknown): void;
}

/**
 * Of all processes that call it on one database, lets one at a time `act`, until the signal aborts. Its signal aborts
 * when the process stops, when another has taken over, and when the lease may have run out without an answer: after a
 * standstill of the process that is at once.
 * @throws what `act` throws before its signal aborts; another process takes over then.
 */
export async function actAlone(
  deps: ActingDeps,
  act: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const askedAtMs = deps.clock.elapsedMs();
    if (await taken(deps)) await tenure(deps, act, askedAtMs, signal);
    await rest(deps, signal);
  }
}

async function taken({ lease, onFault }: ActingDeps): Promise<boolean | null> {
  try {
    return await lease.take();
  } catch (fault) {
    onFault(fault);
    return null;
  }
}

const rest = ({ clock }: ActingDeps, signal: AbortSignal): Promise<void> =>
  clock.sleep(RENEW_MS, signal).catch(() => undefined);

async function tenure(
  deps: ActingDeps,
  act: (signal: AbortSignal) => Promise<void>,
  askedAtMs: number,
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  const end = () => ended.abort();
  deps.onActing(true);
  try {
    // Each ends the other: the lease that is lost, and a fault of `act`.
    await Promise.all([act(over).finally(end), keepLease(deps, askedAtMs, over).finally(end)]);
  } finally {
    deps.onActing(false);
    await deps.lease.release().catch(deps.onFault);
  }
}

/** Renews until the lease is lost, or the tenure is over. @param keptAtMs when it was last asked for with success. */
async function keepLease(deps: ActingDeps, keptAtMs: number, over: AbortSignal): Promise<void> {
  for (;;) {
    await rest(deps, over);
    const beganAtMs = deps.clock.elapsedMs();
    const leftMs = LEASE_MS - (beganAtMs - keptAtMs);
    if (over.aborted || leftMs <= 0) return;
    const answered = new AbortController();
    const tooLate = deps.clock
      .sleep(leftMs, AbortSignal.any([over, answered.signal]))
      .then(() => false)
      .catch(() => null);
    const kept = await Promise.race([taken(deps), tooLate]);
    answered.abort();
    if (kept === false) return;
    if (kept === true) keptAtMs = beganAtMs;
  }
}
