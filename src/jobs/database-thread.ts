import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Sql } from './sql.ts';

/** What the thread is asked; `id` comes back with the answer. */
export type ThreadRequest =
  | {
      readonly kind: 'query';
      readonly id: number;
      readonly text: string;
      readonly parameters: readonly unknown[];
    }
  | { readonly kind: 'close' };

/** `code` is PostgreSQL's SQLSTATE where the fault is the statement's. */
export type ThreadAnswer =
  | { readonly id: number; readonly rows: readonly unknown[] }
  | { readonly id: number; readonly fault: { readonly message: string; readonly code: string | null } };

/** The id of the answer the thread gives unasked, once the database is open. */
export const OPENED = 0;

/** PGlite on a thread of its own, so that neither its work nor its waits for the disk hold up the event loop. */
export interface DatabaseThread extends Sql {
  close(): Promise<void>;
}

/**
 * Starts the thread on the database in the folder `path`. Statements run in the order they are sent.
 * @throws Error when the database does not open. Once the thread has died, every statement rejects.
 */
export async function startDatabaseThread(path: string): Promise<DatabaseThread> {
  const worker = new Worker(new URL('./database-worker.ts', import.meta.url), {
    name: 'database',
    workerData: path,
  });
  const waiting = new Map<number, PromiseWithResolvers<readonly unknown[]>>();
  const expect = (id: number) => {
    const answer = Promise.withResolvers<readonly unknown[]>();
    waiting.set(id, answer);
    return answer.promise;
  };
  let ended: Error | null = null;
  const end = (cause?: Error) => {
    // A fault of its file system has no message.
    const reason = cause?.message ? `: ${cause.message}` : '';
    ended ??= new Error(`the embedded database has ended${reason}`, { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', (error: Error) => end(error));
  worker.on('exit', () => end());
  worker.on('message', (answer: ThreadAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(Object.assign(new Error(answer.fault.message), { code: answer.fault.code }));
  });
  await expect(OPENED);
  let sent = OPENED;
  const send = (request: ThreadRequest) => worker.postMessage(request);
  return {
    async query<Row>(text: string, parameters: readonly unknown[] = []) {
      if (ended !== null) throw ended;
      const id = ++sent;
      send({ kind: 'query', id, text, parameters });
      return { rows: (await expect(id)) as Row[] };
    },
    async close() {
      if (ended !== null) return;
      const exited = once(worker, 'exit');
      send({ kind: 'close' });
      await exited;
    },
  };
}
