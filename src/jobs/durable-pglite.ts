import { existsSync, fsyncSync, renameSync, rmSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * Opens PGlite in the folder `path`, made where it is missing. A statement that was answered survives the end of the
 * process and of the machine. PostgreSQL runs on the calling thread: every statement holds it up, with its wait for
 * the disk.
 */
export async function openDurablePglite(path: string): Promise<PGlite> {
  if (!existsSync(path)) await initialise(path);
  return start(path);
}

/** A first start that is cut off leaves only the folder under its other name behind. */
async function initialise(path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = await start(unfinished);
  await pglite.close();
  renameSync(unfinished, path);
}

/**
 * PGlite runs PostgreSQL with fsync off (`-F`), and its Node file system has no fsync at all. Both are put right
 * here; `wal_sync_method=fsync` because only fsync, not fdatasync, reaches the file system from WebAssembly.
 */
function start(path: string): Promise<PGlite> {
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
