import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Database } from '../sql.ts';

/** What the owner of a data folder answers who asks it for a copy: where that lies, or why there is none. */
export type CopyAnswer = { readonly folder: string } | { readonly fault: string };

/** The socket in a data folder: who can enter the folder can ask. */
export const backupSocket = (dataDir: string): string => join(dataDir, 'backup.sock');
const copies = (dataDir: string): string => join(dataDir, 'backup');

/**
 * Lets other processes of this user ask for a copy of the embedded database while it is in use: each connection to the
 * socket is answered with one line (CopyAnswer), and its copy lies there until it closes. Of a PostgreSQL there is
 * nothing to ask.
 */
export async function openBackupDoor(
  dataDir: string,
  { copyTo }: Pick<Database, 'copyTo'>,
): Promise<{ close(): Promise<void> }> {
  if (copyTo === null) return { close: async () => undefined };
  // Left by a process that was killed: the folder is this one's now.
  await rm(copies(dataDir), { recursive: true, force: true });
  await rm(backupSocket(dataDir), { force: true });
  const visits = new Map<Socket, Promise<void>>();
  const server = createServer((socket) => {
    // What cannot be taken away is, at the next start.
    const visit = answer(socket, join(copies(dataDir), randomUUID()), copyTo).catch(() => undefined);
    visits.set(socket, visit);
    void visit.finally(() => visits.delete(socket));
  });
  server.listen(backupSocket(dataDir));
  await once(server, 'listening');
  await chmod(backupSocket(dataDir), 0o600);
  return {
    async close() {
      server.close();
      for (const socket of visits.keys()) socket.destroy();
      await Promise.all(visits.values());
      await rm(copies(dataDir), { recursive: true, force: true });
    },
  };
}

async function answer(
  socket: Socket,
  folder: string,
  copyTo: NonNullable<Database['copyTo']>,
): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // A client that goes away is told of by 'close'.
  socket.on('error', () => undefined).resume();
  const copied = async (): Promise<CopyAnswer> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await copyTo(folder);
    return { folder };
  };
  try {
    const said = await copied().catch((cause: unknown) => ({
      fault: cause instanceof Error ? cause.message : String(cause),
    }));
    socket.write(`${JSON.stringify(said)}\n`);
    await closed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
