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
  deps.onActing(true);
  // A fault of `act` ends the tenure, too.
  const acting = act(AbortSignal.any([signal, ended.signal])).finally(() => ended.abort());
  try {
    await Promise.all([acting, keepLease(deps, askedAtMs, ended, signal)]);
  } finally {
    deps.onActing(false);
    await deps.lease.release().catch(deps.onFault);
  }
}

/** Renews until the lease is lost, which ends the tenure, or the tenure has ended otherwise. */
async function keepLease(
  deps: ActingDeps,
  askedAtMs: number,
  ended: AbortController,
  signal: AbortSignal,
): Promise<void> {
  let keptAtMs = askedAtMs;
  while (!ended.signal.aborted && !signal.aborted) {
    await rest(deps, AbortSignal.any([signal, ended.signal]));
    if (ended.signal.aborted || signal.aborted) return;
    const beganAtMs = deps.clock.elapsedMs();
    if (beganAtMs - keptAtMs >= LEASE_MS) break;
    const answered = new AbortController();
    const tooLate = deps.clock
      .sleep(LEASE_MS - (beganAtMs - keptAtMs), AbortSignal.any([ended.signal, answered.signal]))
      .then(() => false)
      .catch(() => null);
    const kept = await Promise.race([taken(deps), tooLate]);
    answered.abort();
    if (kept === true) keptAtMs = beganAtMs;
    if (kept === false) break;
  }
  ended.abort();
}
