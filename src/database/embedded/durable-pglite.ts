import { fsyncSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { endWithFirstTrap, type RunsStatements } from './postgres-ended.ts';

/**
 * Opens PGlite in the folder `path`. A statement that was answered survives the end of the process and of the machine.
 * PostgreSQL runs on the calling thread: every statement holds it up, with its wait for the disk. Where PostgreSQL comes
 * to its end, statements reject with PostgresEnded; it is then left as it is, not closed.
 */
export function openDurablePglite(path: string): Promise<PGlite> {
  return compiledOnce(() => start(path));
}

/**
 * Makes the folder that openDurablePglite opens. Its hundreds of MiB of memory are free again when the calling thread
 * ends. A first start that is cut off leaves only the folder under its other name behind.
 */
export async function createDurablePglite(path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  // PGlite would make it as the umask has it.
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  await compiledOnce(async () => (await start(unfinished)).close());
  renameSync(unfinished, path);
}

/**
 * V8 compiles WebAssembly once more while it runs, to make it fast; of all PostgreSQL that takes half a GiB, at the very
 * moment when most memory is in use, for work that is done once. Most of its functions never run: each is checked when it is
 * first called. The flags hold for the process: for what is compiled until `work` has ended.
 */
async function compiledOnce<Made>(work: () => Promise<Made>): Promise<Made> {
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  setFlagsFromString('--wasm-lazy-validation');
  try {
    return await work();
  } finally {
    setFlagsFromString('--wasm-tier-up');
    setFlagsFromString('--wasm-dynamic-tiering');
    setFlagsFromString('--no-wasm-lazy-validation');
  }
}

/** Most files that PostgreSQL holds open; it cannot see the limit of the process. */
const OPEN_FILES = 100;

/**
 * In place of 128MB, all of which PostgreSQL writes to when it starts. What it lacks it reads from the system's own
 * cache; keeping and reading back objects of 3 MB takes the same processor time.
 */
const SHARED_BUFFERS = '4MB';

/** What PostgreSQL writes of a fault that ends it. */
const ENDING = /\b(?:PANIC|FATAL): {2}(.*)/;

/**
 * PGlite runs PostgreSQL with fsync off (`-F`), its Node file system has no fsync at all and opens every new file to
 * everybody, whatever the umask. All three are put right here, and its end is (endWithFirstTrap); `wal_sync_method=fsync` because only fsync, not
 * fdatasync, reaches the file system from WebAssembly.
 */
function start(path: string): Promise<PGlite> {
  const fs = new NodeFS(path);
  let panic: string | null = null;
  const init = fs.init.bind(fs);
  fs.init = async (pglite, options) => {
    const { emscriptenOpts } = await init(pglite, options);
    const mend = (module: unknown) => {
      addFsync(module as NodeFsModule);
      closeFiles(module as NodeFsModule);
      endWithFirstTrap(module as RunsStatements, () => panic);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), mend] } };
  };
  const parameters = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F');
  const settings = [
    'wal_sync_method=fsync',
    `shared_buffers=${SHARED_BUFFERS}`,
    `max_files_per_process=${OPEN_FILES}`,
  ];
  const startParams = [...parameters, ...settings.flatMap((each) => ['-c', each])];
  const onStderr = (line: string) => {
    panic ??= ENDING.exec(line)?.[1] ?? null;
    return true;
  };
  return PGlite.create({ fs, startParams, onStderr });
}

/** The part of Emscripten's module that holds its file operations. */
interface NodeFsModule {
  readonly NODEFS: {
    readonly node_ops: SetsModes & {
      mknod: (parent: unknown, name: string, mode: number, device: unknown) => unknown;
    };
    readonly stream_ops: SetsModes & { fsync?: (stream: { readonly nfd: number }) => number };
  };
}

interface SetsModes {
  setattr: (file: unknown, attributes: { mode?: number }) => unknown;
}

function addFsync(module: NodeFsModule): void {
  module.NODEFS.stream_ops.fsync = ({ nfd }) => {
    fsyncSync(nfd);
    return 0;
  };
}

/** The bits of a mode but those of group and others. */
const OWNERS = ~0o077;

function closeFiles({ NODEFS: { node_ops, stream_ops } }: NodeFsModule): void {
  const mknod = node_ops.mknod.bind(node_ops);
  node_ops.mknod = (parent, name, mode, device) => mknod(parent, name, mode & OWNERS, device);
  for (const operations of [node_ops, stream_ops]) {
    const setattr = operations.setattr.bind(operations);
    operations.setattr = (file, attributes) =>
      setattr(file, attributes.mode == null ? attributes : { ...attributes, mode: attributes.mode & OWNERS });
  }
}
