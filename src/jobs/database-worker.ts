/** The thread of startDatabaseThread: opens the database, says so, and answers one statement after another. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { OPENED, type ThreadAnswer, type ThreadRequest } from './database-thread.ts';
import { openDurablePglite } from './durable-pglite.ts';

const pglite = await openDurablePglite(workerData as string);
const port = parentPort!;
let last: Promise<void> = Promise.resolve();
port.on('message', (request: ThreadRequest) => {
  last = last.then(() => serve(request));
});
port.postMessage({ id: OPENED, rows: [] } satisfies ThreadAnswer);

async function serve(request: ThreadRequest): Promise<void> {
  if (request.kind === 'close') {
    await pglite.close();
    return port.close();
  }
  port.postMessage(await answer(request));
}

async function answer({
  id,
  text,
  parameters,
}: ThreadRequest & { readonly kind: 'query' }): Promise<ThreadAnswer> {
  try {
    return { id, rows: await run(pglite, text, parameters) };
  } catch (error) {
    // No more than this: PostgreSQL's details quote values.
    const { message, code } = error as Error & { readonly code?: unknown };
    return { id, fault: { message, code: typeof code === 'string' ? code : null } };
  }
}

async function run(session: PGlite, text: string, parameters: readonly unknown[]): Promise<unknown[]> {
  if (parameters.length > 0) return (await session.query(text, [...parameters])).rows;
  return (await session.exec(text)).flatMap((result) => result.rows);
}
