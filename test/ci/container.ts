import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How docs/image.md runs the image, on the network of this machine. */
const HARDENED = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

export interface Container {
  /** Of process 1, on this machine. */
  readonly pid: number;
  /** What it wrote so far, standard output and error together. */
  lines(): readonly string[];
  /** What a program beside process 1 printed. @throws Error when it ends with another code than 0. */
  run(program: readonly string[]): string;
  /** What the image's health check says; false too where it does not end in its time. */
  isHealthy(): boolean;
  state(): { readonly Running: boolean; readonly ExitCode: number; readonly OOMKilled: boolean };
  /** Most bytes in use at a time, caches of files included. */
  memoryPeak(): number;
  /** The image's stop signal, and after the limit SIGKILL. */
  stop(limitSeconds: number): void;
  /** Ends it if it runs. */
  remove(): void;
}

export const podman = (...args: readonly string[]) =>
  execFileSync('podman', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  });

/** The container has ended when this returns. @returns what it printed and how it ended */
export function runToItsEnd(image: string, args: readonly string[], settings: Settings = {}) {
  try {
    return {
      code: 0,
      out: podman('run', '--rm', '--no-healthcheck', ...HARDENED, ...environment(settings), image, ...args),
      error: '',
    };
  } catch (failed) {
    const { status, stdout, stderr } = failed as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout, error: stderr };
  }
}

type Settings = Readonly<Record<string, string>>;

const environment = (settings: Settings) =>
  Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`);

/** Starts the service with a fresh volume at /data. */
export function startContainer(image: string, memoryBytes: number, settings: Settings): Container {
  const limits = [`--memory=${memoryBytes}`, `--memory-swap=${memoryBytes}`, '--pids-limit=256'];
  const options = ['--detach', '--volume=/data', ...HARDENED, ...limits, ...environment(settings)];
  const id = podman('run', ...options, image).trim();
  const state = () => JSON.parse(podman('inspect', '--format={{json .State}}', id));
  const { Pid: pid } = state() as { Pid: number };
  return {
    pid,
    lines: () =>
      execFileSync('sh', ['-c', 'podman logs "$0" 2>&1', id], { encoding: 'utf8' }).trim().split('\n'),
    run: (program) => podman('exec', id, ...program),
    isHealthy: () => spawnSync('podman', ['healthcheck', 'run', id]).status === 0,
    state,
    memoryPeak: () => memoryPeakOf(pid),
    stop: (limitSeconds) => void podman('stop', `--time=${limitSeconds}`, id),
    remove: () => void podman('rm', '--force', '--volumes', '--time=0', id),
  };
}

/** By its control group, of either version. */
function memoryPeakOf(pid: number): number {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const path = (controller: string) =>
    groups.map((line) => line.split(':')).find(([, name]) => name === controller)?.[2];
  const first = path('memory');
  const file =
    first === undefined
      ? join('/sys/fs/cgroup', path('')!, 'memory.peak')
      : join('/sys/fs/cgroup/memory', first, 'memory.max_usage_in_bytes');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN;
}

/** Lines of /proc/PID/status by name. */
export function statusOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 1).trim()]),
  );
}
