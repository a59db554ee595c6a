import { createReadStream, existsSync, renameSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { lockFolder } from '../../database/embedded/folder-lock.ts';
import { withEmbeddedFolder } from './embedded-folder.ts';

const USAGE = `usage: npm run -s cli -- restore FILE.tar.gz

Puts a copy that \`backup\` made into DATA_DIR (.env or the environment), where no service runs and no database lies: move
an older one away first. FILE - is standard input. Studies that were analysed after the copy was made are found and
graded again; what the archive holds of them is recognised, and nothing is stored twice (docs/operations.md).

Exit code 0: the database is there. 1: nothing was changed. 2: misuse.
`;

/** `restore FILE`: the embedded database out of a copy. */
export function restoreCommand(args: string[]): Promise<number> {
  return withEmbeddedFolder(args, { name: 'restore', usage: USAGE }, restore);
}

async function restore(dataDir: string, source: string): Promise<void> {
  const lock = lockFolder(dataDir);
  try {
    const [database, unfinished] = [join(dataDir, 'database'), join(dataDir, 'database.unfinished')];
    if (existsSync(database))
      throw new Error(`there is a database in ${dataDir} already: move it away first`);
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    try {
      await unpack(source, unfinished);
      await stat(join(unfinished, 'global', 'pg_control')).catch(() => {
        throw new Error(`${source === '-' ? 'what came in' : source} is no copy that \`backup\` made`);
      });
      renameSync(unfinished, database);
    } catch (cause) {
      await rm(unfinished, { recursive: true, force: true });
      throw cause;
    }
  } finally {
    lock.release();
  }
}

/** Files and folders below `database` alone; the archive may come from anywhere. */
function unpack(source: string, folder: string): Promise<void> {
  const into = extract({
    cwd: folder,
    strip: 1,
    strict: true,
    preserveOwner: false,
    filter: (path, entry) =>
      /^database(\/|$)/.test(path) && 'type' in entry && ['File', 'Directory'].includes(String(entry.type)),
  });
  return pipeline(source === '-' ? process.stdin : createReadStream(source), into);
}
