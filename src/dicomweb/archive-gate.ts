import { setTimeout as delay } from 'node:timers/promises';
import { type Archive, ArchiveError } from './archive.ts';

/** Why nothing can be asked of the archive, whatever the study. */
export type ArchiveAway =
  | 'archive-unreachable'
  | 'archive-refuses-credentials'
  | 'archive-certificate-refused';

/** Whether the archive can be asked at all. While it is closed no study is blamed for what the archive lacks. */
export interface ArchiveGate {
  /** Null while the gate is open. */
  readonly closed: ArchiveAway | null;
  /**
   * Looks into a fault: true when the archive is away altogether, which a probe says and not the fault, as one study
   * may fail in the same words. The gate is closed then, and opens when a probe is answered. True, too, when `signal`
   * aborts before that is known.
   */
  isAway(error: unknown, signal: AbortSignal): Promise<boolean>;
  /** Resolves when the gate is open, or when `signal` aborts. */
  opened(signal: AbortSignal): Promise<void>;
}

export interface ArchiveGateParts {
  readonly archive: Pick<Archive, 'ping'>;
  /** The gate closed, or (null) opened again after `awayMs`. */
  onChange(away: ArchiveAway | null, awayMs: number): void;
  /** Wait before the first probe of a closed gate; doubled before each further one, up to the longest. */
  readonly firstProbeMs?: number;
  readonly longestProbeMs?: number;
}

/** An archive that asks to be left alone (Retry-After) is, for no longer than this. */
const LONGEST_ASKED_MS = 10 * 60_000;

/** Opens after the archive answered anything but a refusal of the credentials, behind a certificate that is accepted: even a fault is an answer. */
export function archiveGate(parts: ArchiveGateParts): ArchiveGate & { close(): Promise<void> } {
  const { archive, onChange, firstProbeMs = 1_000, longestProbeMs = 30_000 } = parts;
  const ended = new AbortController();
  let closed: ArchiveAway | null = null;
  let opening = Promise.withResolvers<void>();
  let probing: Promise<boolean> | null = null;
  let waiting: Promise<void> = Promise.resolve();

  let askedMs = 0;
  const probe = async (): Promise<ArchiveAway | null> => {
    askedMs = 0;
    try {
      await archive.ping(ended.signal);
      return null;
    } catch (error) {
      askedMs = Math.min(archiveFaultOf(error)?.retryAfterMs ?? 0, LONGEST_ASKED_MS);
      return awayBy(error);
    }
  };
  const waitUntilBack = async () => {
    const closedAt = performance.now();
    for (let waitMs = firstProbeMs; ; waitMs = Math.min(longestProbeMs, 2 * waitMs)) {
      await delay(Math.max(waitMs, askedMs), undefined, { signal: ended.signal });
      const away = await probe();
      if (away === null) break;
      if (away !== closed) onChange(away, performance.now() - closedAt);
      closed = away;
    }
    closed = null;
    opening.resolve();
    onChange(null, performance.now() - closedAt);
  };
  const closeUnlessAnswered = async () => {
    const away = await probe();
    if (away === null || ended.signal.aborted) return false;
    closed = away;
    opening = Promise.withResolvers<void>();
    onChange(away, 0);
    // Rejects only when the gate is given up.
    waiting = waitUntilBack().catch(() => undefined);
    return true;
  };
  return {
    get closed() {
      return closed;
    },
    async isAway(error, signal) {
      if (closed !== null) return true;
      if (!mayBeTheArchive(error)) return false;
      probing ??= closeUnlessAnswered().finally(() => {
        probing = null;
      });
      return await unlessAborted(probing, signal, true);
    },
    async opened(signal) {
      if (closed !== null) await unlessAborted(opening.promise, signal, undefined);
    },
    async close() {
      ended.abort();
      opening.resolve();
      await waiting;
    },
  };
}

/** What the promise resolves to, `otherwise` when the signal aborts before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
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

function awayBy(error: unknown): ArchiveAway | null {
  if (error instanceof ArchiveError && needsPeople(error.code)) return error.code;
  const answered = error instanceof ArchiveError && error.code === 'archive-fault' && error.status !== null;
  return answered ? null : 'archive-unreachable';
}

/** A name, a password or a certificate: somebody renews it, or nothing is ever answered. */
export function needsPeople(code: string): code is Exclude<ArchiveAway, 'archive-unreachable'> {
  return code === 'archive-refuses-credentials' || code === 'archive-certificate-refused';
}

function mayBeTheArchive(error: unknown): boolean {
  const fault = archiveFaultOf(error);
  if (fault !== null) return fault.retryable || fault.code !== 'archive-fault';
  return error instanceof Error && error.name === 'TimeoutError';
}

/** The fault of the archive that an error is, or was caused by. */
export function archiveFaultOf(error: unknown): ArchiveError | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    if (each instanceof ArchiveError) return each;
  }
  return null;
}
