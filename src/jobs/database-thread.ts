import { startConversation } from '../threads/conversation.ts';
import type { Sql } from './sql.ts';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** PGlite on a thread of its own, so that neither its work nor its waits for the disk hold up the event loop. */
export interface DatabaseThread extends Sql {
  close(): Promise<void>;
}

/**
 * Starts the thread on the database in the folder `path`. Statements run in the order they are sent; where a fault
 * is the statement's, its `code` is PostgreSQL's SQLSTATE.
 * @throws Error when the database does not open. Once the thread has died, every statement rejects.
 */
export async function startDatabaseThread(path: string): Promise<DatabaseThread> {
  const thread = await startConversation<Statement, readonly unknown[], null>(
    new URL('./database-worker.ts', import.meta.url),
    'the embedded database',
    path,
  );
  return {
    async query<Row>(text: string, parameters: readonly unknown[] = []) {
      return { rows: (await thread.ask({ text, parameters })) as Row[] };
    },
    close: () => thread.close(),
  };
}
