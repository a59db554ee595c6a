import { readFileSync } from 'node:fs';
import type { Role } from '../../src/config/config.ts';
import { type FollowedService, followService } from '../support/followed-service.ts';

/** A place in which one process follows another. */
export interface Slot {
  readonly name: string;
  readonly role: Role;
  readonly pacsUrl: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface MemorySample {
  readonly slot: string;
  /** Of the process, not of its place. */
  readonly pid: number;
  readonly at: number;
  readonly mib: number;
}

/** One process in its place. */
interface Life {
  readonly service: FollowedService;
  readonly role: Role;
  readonly since: number;
  killed: boolean;
  stored: number;
}

export interface Fleet {
  /** SIGKILL; another takes its place at once. */
  kill(slot: string): void;
  /** Processes that nobody ended, and what they wrote last. */
  readonly unexpected: readonly string[];
  /** Starts given up because the database was away. */
  readonly startsGivenUp: number;
  /** Log events at level error and above, by name. */
  readonly errors: Readonly<Record<string, number>>;
  readonly memory: readonly MemorySample[];
  readonly started: () => Promise<unknown>;
  /** SIGTERM to all. @returns what was not right about their end. */
  stop(): Promise<readonly string[]>;
}

const SAMPLE_MS = 1_000;
/** Younger processes are still loading. */
const GROWN_UP_MS = 10_000;
/** What works has to have done so often before its memory says anything: networks are warm then, and buffers as large as they get. */
const GROWN_UP_STORED = 2;
/** Whoever starts while the database is away ends again, as it should. */
const NO_DATABASE = /cannot start: .*\[database-unavailable\]$/;

/** Processes of the service, each followed by another when it ends. @param onEvent told of every log line with an event. */
export function startFleet(
  dataDir: string,
  slots: readonly Slot[],
  onEvent: (slot: string, event: Readonly<Record<string, unknown>>) => void,
): Fleet {
  const running = new Map<string, Life>();
  const [unexpected, memory]: [string[], MemorySample[]] = [[], []];
  const errors: Record<string, number> = {};
  let stopping = false;
  let startsGivenUp = 0;
  const start = ({ name, role, pacsUrl, settings }: Slot) => {
    const last: string[] = [];
    const service = followService(dataDir, pacsUrl, { ROLE: role, ...settings }, (line) => {
      last.push(line);
      if (last.length > 10) last.shift();
      const event = eventOf(line);
      if (event === null) return;
      if (Number(event['level']) >= 50)
        errors[String(event['event'])] = (errors[String(event['event'])] ?? 0) + 1;
      if (event['event'] === 'analysis-stored') life.stored += 1;
      onEvent(name, event);
    });
    const life: Life = { service, role, since: performance.now(), killed: false, stored: 0 };
    running.set(name, life);
    void service.ended.then((code) => {
      if (stopping) return;
      if (last.some((line) => NO_DATABASE.test(line))) startsGivenUp += 1;
      else if (!life.killed) unexpected.push(`${name} ended by itself with ${code}: ${last.join(' | ')}`);
      start({ name, role, pacsUrl, settings });
    });
  };
  for (const slot of slots) start(slot);
  const sampling = setInterval(() => {
    for (const [slot, life] of running) {
      if (!isGrownUp(life)) continue;
      const { service } = life;
      const mib = residentMib(service.pid);
      if (mib !== null) memory.push({ slot, pid: service.pid, at: performance.now(), mib });
    }
  }, SAMPLE_MS);
  return {
    unexpected,
    get startsGivenUp() {
      return startsGivenUp;
    },
    errors,
    memory,
    kill(slot) {
      const life = running.get(slot)!;
      life.killed = true;
      life.service.kill('SIGKILL');
    },
    started: () => Promise.all([...running.values()].map(({ service }) => service.url)),
    async stop() {
      stopping = true;
      clearInterval(sampling);
      const codes = await Promise.all(
        [...running].map(async ([name, { service }]) => {
          service.kill('SIGTERM');
          return [name, await service.ended] as const;
        }),
      );
      return codes
        .filter(([, code]) => code !== 0)
        .map(([name, code]) => `${name} ended with ${code} on SIGTERM`);
    },
  };
}

function isGrownUp({ role, since, stored }: Life): boolean {
  const works = role === 'worker' || role === 'all';
  return performance.now() - since > GROWN_UP_MS && (!works || stored >= GROWN_UP_STORED);
}

function eventOf(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function residentMib(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024 || null;
  } catch {
    return null;
  }
}
