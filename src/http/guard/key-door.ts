import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ApiKey, ApiKeyError, type ApiKeyOffice } from './api-key.ts';

/** What is asked of the owner of an embedded database, a line of JSON; so is the answer. */
export type KeyQuestion =
  | { readonly ask: 'create'; readonly key: NewKey; readonly by: string }
  | { readonly ask: 'list' }
  | { readonly ask: 'revoke'; readonly which: string; readonly by: string };
export type KeyAnswer = { readonly said: unknown } | { readonly fault: string };

type NewKey = Pick<ApiKey, 'name' | 'scopes'> & { readonly expiresAt: string | null };

/** The socket in a data folder: who can enter the folder can ask. */
export const keySocket = (dataDir: string): string => join(dataDir, 'keys.sock');

/** Lets other processes of this user make, list and revoke keys in the embedded database while it is in use. */
export async function openKeyDoor(
  dataDir: string,
  office: ApiKeyOffice,
): Promise<{ close(): Promise<void> }> {
  // Left by a process that was killed: the folder is this one's now.
  await rm(keySocket(dataDir), { force: true });
  const visitors = new Set<Socket>();
  const server = createServer((socket) => {
    visitors.add(socket);
    socket.once('close', () => visitors.delete(socket));
    socket.on('error', () => undefined);
    createInterface(socket).once('line', async (line) => {
      socket.end(`${JSON.stringify(await answer(office, line))}\n`);
    });
  });
  server.listen(keySocket(dataDir));
  await once(server, 'listening');
  return {
    async close() {
      server.close();
      for (const socket of visitors) socket.destroy();
    },
  };
}

async function answer(office: ApiKeyOffice, line: string): Promise<KeyAnswer> {
  try {
    const question = JSON.parse(line) as KeyQuestion;
    if (question.ask === 'list') return { said: await office.list() };
    if (question.ask === 'revoke') return { said: await office.revoke(question.which, question.by) };
    const { name, scopes, expiresAt } = question.key;
    const key = { name, scopes, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
    return { said: await office.create(key, question.by) };
  } catch (cause) {
    if (cause instanceof ApiKeyError) return { fault: cause.message };
    return { fault: `the service could not: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}
