import { chmodSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../domain/fault.ts';

/** Others can enter the data folder, and it is not this process's to change. */
export class FolderOpenError extends Fault<'data-folder-open'> {
  override readonly name = 'FolderOpenError';
  constructor(folder: string, why: string) {
    super(
      'data-folder-open',
      `the data folder ${folder} holds data of patients, and others can enter it: ${why}. ` +
        'Give DATA_DIR a folder below it that does not exist yet, which is then made for this user alone, ' +
        'or one that belongs to this user with mode 0700',
    );
  }
}

/** What this program puts into its folder, and what file systems put into every one. */
const OURS = new Set([
  'database',
  'database.unfinished',
  'backup',
  'backup.sock',
  'keys.sock',
  'owner.lock',
  'owner.lock-journal',
  'owner.json',
  'lost+found',
]);

const OTHERS = 0o007;
const GROUP_AND_OTHERS = 0o077;

/**
 * Sees to it that only this user can enter the folder: one of our own that holds nothing else gets mode 0700. One
 * that the system owns (root:group 0770, as Kubernetes hands out volumes by fsGroup) is left to that group.
 * @returns how many folders were changed.
 * @throws FolderOpenError
 */
export function closeToOthers(folder: string): number {
  const user = process.geteuid?.();
  // Windows has no such modes.
  if (user === undefined) return 0;
  const { uid, mode } = statSync(folder);
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  if (uid === user) {
    if ((mode & GROUP_AND_OTHERS) === 0) return 0;
    const foreign = readdirSync(folder).filter((name) => !OURS.has(name)).length;
    if (foreign > 0) {
      throw new FolderOpenError(folder, `its mode is ${octal}, and ${foreign} other things lie in it`);
    }
    chmodSync(folder, 0o700);
    return 1;
  }
  if (uid !== 0) throw new FolderOpenError(folder, `it belongs to the user ${uid}, not to ${user}`);
  if ((mode & OTHERS) !== 0)
    throw new FolderOpenError(folder, `it belongs to root, and its mode is ${octal}`);
  return 0;
}

/** The same for everything that this program keeps in the folder, at any depth. @throws FolderOpenError */
export function closeContent(folder: string): number {
  let mended = 0;
  const visit = (path: string): void => {
    const entry = lstatSync(path);
    if (entry.isSymbolicLink()) return;
    if (process.geteuid !== undefined && (entry.mode & GROUP_AND_OTHERS) !== 0) {
      close(path, entry.isDirectory());
      mended += 1;
    }
    if (entry.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const name of readdirSync(folder)) {
    if (OURS.has(name) && name !== 'lost+found') visit(join(folder, name));
  }
  return mended;
}

function close(path: string, isFolder: boolean): void {
  try {
    chmodSync(path, isFolder ? 0o700 : 0o600);
  } catch {
    throw new FolderOpenError(path, 'its mode cannot be changed by this user');
  }
}
