import { join } from 'node:path';
import { type DatabaseThread, startDatabaseThread } from './database-thread.ts';
import { lockFolder } from './folder-lock.ts';
import type { Database } from './sql.ts';

/**
 * PGlite in `folder`/database, made where it is missing, on a thread of its own. A statement that was answered
 * survives the end of the process and of the machine.
 * @throws FolderInUseError when another process owns the folder.
 */
export async function openEmbeddedDatabase(folder: string): Promise<Database> {
  const lock = lockFolder(folder);
  try {
    return embeddedDatabase(await startDatabaseThread(join(folder, 'database')), lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function embeddedDatabase(thread: DatabaseThread, release: () => void): Database {
  const { query } = thread;
  // A script of the queue that fails between its BEGIN and COMMIT leaves the only session in that transaction.
  const rollBack = () => query('ROLLBACK').catch(() => undefined);
  const exclusively = takeTurns();
  return {
    kind: 'embedded',
    query: <Row>(text: string, parameters?: readonly unknown[]) =>
      exclusively(async () => {
        try {
          return await query<Row>(text, parameters);
        } catch (error) {
          await rollBack();
          throw error;
        }
      }),
    transaction: (work) =>
      exclusively(async () => {
        await query('BEGIN');
        try {
          const result = await work({ query });
          await query('COMMIT');
          return result;
        } catch (error) {
          await rollBack();
          throw error;
        }
      }),
    close: () => exclusively(() => thread.close().finally(release)),
  };
}

/** One at a time, in order of asking. */
function takeTurns(): <Result>(turn: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (turn) => {
    const mine = last.then(turn);
    last = mine.catch(() => undefined);
    return mine;
  };
}
