import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection to a socket of the process that owns the data folder; null where none does. */
export async function ownerConnection(path: string): Promise<Socket | null> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return null;
    throw cause;
  }
}
