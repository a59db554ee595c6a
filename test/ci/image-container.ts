import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What an image says of how it is run. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

const ENTER = fileURLToPath(new URL('enter-image.sh', import.meta.url));

/**
 * The image's program with these arguments, as a container of its own on the network of this machine. The child is
 * unshare; its own child is process 1 of the container.
 */
export function startContainer(
  root: string,
  { User, Env, Entrypoint, WorkingDir }: ImageConfig,
  args: readonly string[],
  options: {
    readonly settings?: Readonly<Record<string, string>>;
    readonly data?: string;
    readonly group?: string;
  },
): ChildProcess {
  const namespaces = ['--mount', '--pid', '--fork', '--propagation', 'private'];
  const place = [root, options.data ?? '-', User, WorkingDir, options.group ?? '-'];
  return spawn('/usr/bin/unshare', [...namespaces, '/bin/sh', ENTER, ...place, ...Entrypoint, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environmentOf(Env), ...options.settings },
  });
}

const environmentOf = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));

/** A program beside process 1, as docker exec has it; what it printed. @throws Error when it ends with another code. */
export function inContainer(
  pid: number,
  { User, Env }: ImageConfig,
  program: readonly string[],
  settings: Readonly<Record<string, string>>,
): string {
  const [uid, gid] = User.split(':') as [string, string];
  const place = ['--target', String(pid), '--mount', '--pid', '--root', '--wd'];
  return execFileSync('/usr/bin/nsenter', [...place, '--setuid', uid, '--setgid', gid, ...program], {
    env: { ...environmentOf(Env), ...settings },
    encoding: 'utf8',
  });
}

/** The process that unshare forked. */
export function processOne(unshare: ChildProcess): number {
  return Number(readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim());
}

/** Lines of /proc/PID/status by name. */
export function statusOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 1).trim()]),
  );
}

export interface MemoryGroup {
  readonly path: string;
  /** Most bytes in use at a time, caches of files included. */
  peak(): number;
  /** Processes that the kernel has ended for want of memory. */
  killed(): number;
  /** False while a process is left in it. */
  remove(): boolean;
}

/** A control group that limits memory, of either version; null where none can be made. */
export function memoryGroup(limitBytes: number): MemoryGroup | null {
  const first = '/sys/fs/cgroup/memory';
  const isFirst = existsSync(first);
  const path = join(isFirst ? first : '/sys/fs/cgroup', `spinegrade-image-${process.pid}`);
  const read = (file: string) => readFileSync(join(path, file), 'utf8');
  try {
    mkdirSync(path);
    writeFileSync(join(path, isFirst ? 'memory.limit_in_bytes' : 'memory.max'), String(limitBytes));
  } catch {
    return null;
  }
  return {
    path,
    peak: () => Number(read(isFirst ? 'memory.max_usage_in_bytes' : 'memory.peak')),
    killed: () => Number(/oom_kill (\d+)/.exec(read(isFirst ? 'memory.oom_control' : 'memory.events'))?.[1]),
    remove() {
      try {
        rmdirSync(path);
        return true;
      } catch {
        return false;
      }
    },
  };
}
