import { statfsSync } from 'node:fs';
import { inTime, TOO_LATE } from '../../process/in-time.ts';
import { classifyFault, DatabaseFault, isDiskFull } from '../database-fault.ts';
import type { Sql } from '../sql.ts';
import type { DatabaseThread } from './database-thread.ts';

export interface SupervisionLimits {
  /** After which a statement's thread is ended, as PostgreSQL ends a statement by its statement_timeout. */
  readonly statementMs: number;
  /** For the first opening: it may have to create the database, which is seconds of work. */
  readonly createMs: number;
  /** For opening anew: recovery from the write-ahead log. */
  readonly openMs: number;
  /** From a thread that could not be opened to the next attempt; statements are turned down meanwhile. */
  readonly reopenAfterMs: number;
  /** Silence of statements, new threads included, after which only another process can help. */
  readonly aliveMs: number;
}

export const SUPERVISION: SupervisionLimits = {
  statementMs: 30_000,
  createMs: 300_000,
  openMs: 60_000,
  reopenAfterMs: 3_000,
  aliveMs: 90_000,
};

/** A segment of the write-ahead log and a little more: with less PostgreSQL cannot begin its next segment. */
const ROOM_NEEDED_BYTES = 17 * 2 ** 20;

/** A database thread that is replaced when it dies or hangs. */
export interface SupervisedThread {
  /**
   * The session on the thread that lives now, opened where the last one is gone. Its statements end within the limit.
   * @throws DatabaseFault when the database does not open, and shortly after without trying.
   */
  session(): Promise<Sql>;
  /** False when no statement was answered for too long. */
  alive(): boolean;
  close(): Promise<void>;
}

/**
 * @param open starts a thread; within the limit it has opened or fails.
 * @param folder whose room tells a full disk from another fault.
 * @param onFault hears of threads that were lost or did not open.
 */
export async function superviseThread(
  open: (openWithinMs: number) => Promise<DatabaseThread>,
  folder: string,
  onFault: (error: Error) => void,
  limits: SupervisionLimits = SUPERVISION,
): Promise<SupervisedThread> {
  let thread = await open(limits.createMs).catch((cause: unknown) => {
    throw hasRoom(folder) ? cause : notOpened(folder, cause);
  });
  let refusal: { readonly fault: DatabaseFault; readonly untilMs: number } | null = null;
  let silentSinceMs: number | null = null;
  let closed = false;

  const lose = async (lost: DatabaseThread, fault: DatabaseFault): Promise<never> => {
    onFault(fault);
    await lost.terminate();
    throw fault;
  };
  const ask = async <Row>(asked: DatabaseThread, text: string, parameters?: readonly unknown[]) => {
    if (asked.ended) throw new DatabaseFault('database-unavailable', 'it was lost');
    silentSinceMs ??= performance.now();
    try {
      const answer = await inTime(asked.query<Row>(text, parameters), limits.statementMs);
      silentSinceMs = null;
      return answer;
    } catch (error) {
      if (error === TOO_LATE) {
        const words = `a statement took longer than ${limits.statementMs} ms`;
        return lose(asked, lostThread(folder, words, error));
      }
      silentSinceMs = null;
      if (asked.ended) return lose(asked, lostThread(folder, (error as Error).message, error));
      throw classifyFault(error);
    }
  };
  const reopened = async (): Promise<DatabaseThread> => {
    if (refusal !== null && performance.now() < refusal.untilMs) throw anew(refusal.fault);
    const startedAtMs = performance.now();
    try {
      const opened = await open(limits.openMs);
      refusal = null;
      return opened;
    } catch (cause) {
      // A fault is an answer; only silence says that this process is past help.
      if (performance.now() - startedAtMs < limits.openMs) silentSinceMs = null;
      const fault = notOpened(folder, cause);
      refusal = { fault, untilMs: performance.now() + limits.reopenAfterMs };
      onFault(fault);
      throw anew(fault);
    }
  };
  return {
    async session() {
      if (thread.ended && !closed) thread = await reopened();
      const current = thread;
      return { query: (text, parameters) => ask(current, text, parameters) };
    },
    alive: () => silentSinceMs === null || performance.now() - silentSinceMs < limits.aliveMs,
    async close() {
      closed = true;
      await inTime(thread.close(), limits.statementMs).catch(() => thread.terminate());
    },
  };
}

function notOpened(folder: string, cause: unknown): DatabaseFault {
  const words = cause instanceof Error && cause.message ? cause.message : 'it does not open';
  return lostThread(folder, words, cause);
}

/** Without room PostgreSQL stops in many ways; the cause is the same. */
function lostThread(folder: string, words: string, cause: unknown): DatabaseFault {
  const full = isDiskFull(cause) || !hasRoom(folder);
  return new DatabaseFault(
    full ? 'disk-full' : 'database-unavailable',
    words,
    cause === TOO_LATE ? undefined : cause,
  );
}

/** Where the file system does not tell, room is assumed. */
function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_NEEDED_BYTES;
  } catch {
    return true;
  }
}

/** Who catches an error may write on it: each gets one of their own. */
function anew(fault: DatabaseFault): DatabaseFault {
  return new DatabaseFault(fault.code, 'it does not open', fault);
}
