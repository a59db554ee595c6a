import { constants, existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Sql } from '../sql.ts';
import { startDatabaseThread } from './database-thread.ts';
import { lockFolder } from './folder-lock.ts';
import { type SupervisedThread, type SupervisionLimits, superviseThread } from './supervised-thread.ts';

export interface EmbeddedOptions {
  /** Hears of faults that cost the database its thread; the next statement opens it anew. */
  readonly onFault?: (error: Error) => void;
  /** Hears how many files and folders were open to others and no longer are. */
  readonly onMended?: (count: number) => void;
  readonly limits?: SupervisionLimits;
}

const filesIn = (folder: string): string => join(folder, 'database');

/** Whether there is a database in the folder to open: one whose making was cut off has another name. */
export const hasDatabase = (folder: string): boolean => existsSync(filesIn(folder));

/**
 * PGlite in `folder`/database, made where it is missing, on a thread of its own that is replaced when it dies or
 * hangs. A statement that was answered survives the end of the process and of the machine. Faults that can pass are
 * DatabaseFaults.
 * @throws FolderInUseError when another process owns the folder; FolderOpenError when others can enter it.
 */
export async function openEmbeddedDatabase(folder: string, options: EmbeddedOptions = {}): Promise<Database> {
  const lock = lockFolder(folder);
  if (lock.mended > 0) options.onMended?.(lock.mended);
  try {
    const start = (openWithinMs: number) => startDatabaseThread(filesIn(folder), openWithinMs);
    const thread = await superviseThread(start, folder, options.onFault ?? (() => {}), options.limits);
    return embeddedDatabase(thread, filesIn(folder), lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function embeddedDatabase(thread: SupervisedThread, files: string, release: () => void): Database {
  const exclusively = takeTurns();
  return {
    kind: 'embedded',
    query: <Row>(text: string, parameters?: readonly unknown[]) =>
      exclusively(async () => {
        const sql = await thread.session();
        try {
          return await sql.query<Row>(text, parameters);
        } catch (error) {
          // A script of the queue that fails between its BEGIN and COMMIT leaves the only session in that transaction.
          await rollBack(sql);
          throw error;
        }
      }),
    transaction: (work) =>
      exclusively(async () => {
        const sql = await thread.session();
        await sql.query('BEGIN');
        try {
          const result = await work(sql);
          await sql.query('COMMIT');
          return result;
        } catch (error) {
          await rollBack(sql);
          throw error;
        }
      }),
    copyTo: (folder) =>
      exclusively(async () => {
        // With what it has answered in its files, and no statement running, PostgreSQL writes nothing.
        await (await thread.session()).query('CHECKPOINT');
        const options = {
          recursive: true,
          errorOnExist: true,
          force: false,
          mode: constants.COPYFILE_FICLONE,
        };
        await cp(files, join(folder, 'database'), options);
      }),
    alive: () => thread.alive(),
    close: () => exclusively(() => thread.close().finally(release)),
  };
}

async function rollBack(sql: Sql): Promise<void> {
  await sql.query('ROLLBACK').catch(() => undefined);
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
