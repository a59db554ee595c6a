import { existsSync } from 'node:fs';
import { startConversation } from '../../process/conversation.ts';
import type { Sql } from '../sql.ts';

const WORKER = new URL('./database-worker.ts', import.meta.url);
const ABOUT = 'the embedded database';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** What a thread is to do with the database in the folder `path`: make it, or open it. */
export interface DatabaseOrder {
  readonly path: string;
  readonly create: boolean;
}

/** PGlite on a thread of its own, so that neither its work nor its waits for the disk hold up the event loop. */
export interface DatabaseThread extends Sql {
  /** True once the thread is gone: every statement rejects. */
  readonly ended: boolean;
  close(): Promise<void>;
  /** Ends the thread, whatever it is at. */
  terminate(): Promise<void>;
}

/**
 * Starts the thread on the database in the folder `path`, made where it is missing. Statements run in the order they are sent; where a fault
 * is the statement's, its `code` is PostgreSQL's SQLSTATE.
 * @throws Error when the database does not open within the limit. Once the thread has died, every statement rejects.
 */
export async function startDatabaseThread(path: string, openWithinMs: number): Promise<DatabaseThread> {
  const start = (create: boolean) => {
    const order: DatabaseOrder = { path, create };
    return startConversation<Statement, readonly unknown[], null>(WORKER, ABOUT, order, openWithinMs);
  };
  if (!existsSync(path)) await (await start(true)).close();
  const thread = await start(false);
  return {
    async query<Row>(text: string, parameters: readonly unknown[] = []) {
      return { rows: (await thread.ask({ text, parameters })) as Row[] };
    },
    get ended() {
      return thread.ended;
    },
    close: () => thread.close(),
    terminate: () => thread.terminate(),
  };
}
