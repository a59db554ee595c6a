import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../domain/fault.ts';
import { closeContent, closeToOthers } from './private-folder.ts';

/** Another process owns the data folder. */
export class FolderInUseError extends Fault<'data-folder-in-use'> {
  override readonly name = 'FolderInUseError';
  readonly folder: string;
  constructor(folder: string, owner: string) {
    super(
      'data-folder-in-use',
      `the data folder ${folder} is in use by another process (${owner}); ` +
        'stop that process, give this one a DATA_DIR of its own, or let both share a PostgreSQL with DATABASE_URL',
    );
    this.folder = folder;
  }
}

/** The data folder cannot be made or written to: a read-only volume, one of another user, a path that cannot be. */
export class DataFolderError extends Fault<'data-folder-unusable'> {
  override readonly name = 'DataFolderError';
  constructor(folder: string, cause: Error) {
    super('data-folder-unusable', `the data folder ${folder} cannot be written to: ${cause.message}`, {
      cause,
    });
  }
}

export interface FolderLock {
  /** Files and folders that were open to others and no longer are. */
  readonly mended: number;
  release(): void;
}

/**
 * Takes a folder for this process alone, creating it where it is missing, and what is in it for this user alone.
 *
 * SQLite's exclusive transaction is a POSIX record lock on `owner.lock`: the kernel drops it when the process
 * ends, however it ends, so a lock never outlives its owner, and it holds between containers that share a volume,
 * where process ids mean nothing. `owner.json` beside it only tells people who the owner is.
 * @throws FolderInUseError when another process holds it; FolderOpenError when others can enter it; DataFolderError when
 *   it cannot be made or written to.
 */
export function lockFolder(folder: string): FolderLock {
  try {
    return takeFolder(folder);
  } catch (cause) {
    throw cause instanceof Error && !(cause instanceof Fault) ? new DataFolderError(folder, cause) : cause;
  }
}

function takeFolder(folder: string): FolderLock {
  makeFolder(folder);
  const path = realpathSync(folder);
  const mended = closeToOthers(path);
  const owner = join(path, 'owner.json');
  const file = join(path, 'owner.lock');
  // Only where it is missing: to close it again would take the lock from another holder in this process.
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw cause;
    throw new FolderInUseError(path, ownerInWords(owner));
  }
  writeFileSync(owner, `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`, {
    mode: 0o600,
  });
  held.add(lock);
  return {
    mended: mended + closeContent(path),
    release() {
      held.delete(lock);
      lock.close();
    },
  };
}

/** The garbage collector closes a connection that nobody refers to, and the lock would go with it. */
const held = new Set<DatabaseSync>();

/** Like mkdir -p. Node's own `recursive` never returns where a parent cannot hold folders, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** SQLITE_BUSY, the primary result code in the low byte. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}

function ownerInWords(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; since: string };
    return `process ${pid}, since ${since}`;
  } catch {
    return 'which did not leave its process id';
  }
}
