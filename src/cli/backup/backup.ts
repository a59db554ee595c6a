import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { backupSocket, type CopyAnswer } from '../../database/embedded/backup-door.ts';
import { lockFolder } from '../../database/embedded/folder-lock.ts';
import { ownerConnection } from '../owner-connection.ts';
import { withEmbeddedFolder } from './embedded-folder.ts';

const USAGE = `usage: npm run -s cli -- backup FILE.tar.gz

Copies the embedded database of DATA_DIR (.env or the environment), whether the service runs or not: what it has answered
is in the copy. Statements wait while the files are copied beside it, which takes as much room again for a moment.
FILE - is standard output. The copy holds data of patients. Of a PostgreSQL (DATABASE_URL) make it with pg_dump.

Exit code 0: the copy is whole, and on the disk. 1: there is none. 2: misuse.
`;

/** `backup FILE`: the embedded database as one compressed tar archive. */
export function backupCommand(args: string[]): Promise<number> {
  return withEmbeddedFolder(args, { name: 'backup', usage: USAGE }, backUp);
}

async function backUp(dataDir: string, target: string): Promise<void> {
  if (!existsSync(join(dataDir, 'database'))) throw new Error(`there is no database in ${dataDir}`);
  const socket = await ownerConnection(backupSocket(dataDir));
  if (socket !== null) {
    try {
      await pack(await copyOf(socket), target);
    } finally {
      socket.destroy();
    }
    return;
  }
  const lock = lockFolder(dataDir);
  try {
    await pack(dataDir, target);
  } finally {
    lock.release();
  }
}

async function copyOf(socket: Socket): Promise<string> {
  for await (const line of createInterface(socket)) {
    const said = JSON.parse(line) as CopyAnswer;
    if ('fault' in said) throw new Error(`the service could not copy its database: ${said.fault}`);
    return said.folder;
  }
  throw new Error('the service ended before it had copied its database');
}

/** Under its name only once it is whole. */
async function pack(folder: string, target: string): Promise<void> {
  const archive = Readable.from(create({ cwd: folder, gzip: { level: 1 }, portable: true }, ['database']));
  if (target === '-') return pipeline(archive, process.stdout, { end: false });
  const partial = `${target}.partial`;
  try {
    await pipeline(archive, createWriteStream(partial, { mode: 0o600 }));
    const file = await open(partial);
    await file.sync().finally(() => file.close());
    await rename(partial, target);
  } catch (cause) {
    await rm(partial, { force: true });
    throw cause;
  }
}
