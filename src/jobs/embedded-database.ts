import { existsSync, fsyncSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { lockFolder } from './folder-lock.ts';
import type { Database, Sql } from './sql.ts';

/**
 * PGlite in `folder`/database, made where it is missing. A statement that was answered survives the end of the
 * process and of the machine.
 * @throws FolderInUseError when another process owns the folder.
 */
export async function openEmbeddedDatabase(folder: string): Promise<Database> {
  const lock = lockFolder(folder);
  try {
    const path = join(folder, 'database');
    if (!existsSync(path)) await initialise(path);
    const pglite = await startPglite(path);
    return embeddedDatabase(pglite, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A first start that is cut off leaves only the folder under its other name behind. */
async function initialise(path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = await startPglite(unfinished);
  await pglite.close();
  renameSync(unfinished, path);
}

/**
 * PGlite runs PostgreSQL with fsync off (`-F`), and its Node file system has no fsync at all. Both are put right
 * here; `wal_sync_method=fsync` because only fsync, not fdatasync, reaches the file system from WebAssembly.
 */
function startPglite(path: string): Promise<PGlite> {
  const fs = new NodeFS(path);
  const init = fs.init.bind(fs);
  fs.init = async (pglite, options) => {
    const { emscriptenOpts } = await init(pglite, options);
    const syncing = (module: unknown) => addFsync(module as NodeFsModule);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), syncing] } };
  };
  const parameters = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F');
  return PGlite.create({ fs, startParams: [...parameters, '-c', 'wal_sync_method=fsync'] });
}

/** The part of Emscripten's module that holds its file operations. */
interface NodeFsModule {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number } };
}

function addFsync(module: NodeFsModule): void {
  module.NODEFS.stream_ops.fsync = ({ nfd }) => {
    fsyncSync(nfd);
    return 0;
  };
}

function embeddedDatabase(pglite: PGlite, release: () => void): Database {
  const run: Sql['query'] = async <Row>(text: string, parameters?: readonly unknown[]) => {
    if (parameters?.length) return await pglite.query<Row>(text, [...parameters]);
    const results = await pglite.exec(text);
    return { rows: results.flatMap((result) => result.rows as Row[]) };
  };
  // A script of the queue that fails between its BEGIN and COMMIT leaves the only session in that transaction.
  const rollBack = () => pglite.exec('ROLLBACK').catch(() => undefined);
  const exclusively = takeTurns();
  return {
    kind: 'embedded',
    query: (text, parameters) =>
      exclusively(async () => {
        try {
          return await run(text, parameters);
        } catch (error) {
          await rollBack();
          throw error;
        }
      }),
    transaction: (work) =>
      exclusively(async () => {
        await run('BEGIN');
        try {
          const result = await work({ query: run });
          await run('COMMIT');
          return result;
        } catch (error) {
          await rollBack();
          throw error;
        }
      }),
    close: () =>
      exclusively(async () => {
        await pglite.close();
        release();
      }),
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
