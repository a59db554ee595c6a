import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCH_PARTS, type BenchPart } from './bench-parts.ts';

interface BenchOptions {
  readonly parts: readonly BenchPart[];
  readonly runs: number;
  readonly pack: string;
  readonly threads: number;
  readonly backlog: number;
  readonly day: number;
  readonly queue: number;
  readonly minutes: number;
  /** Python for the reference of a whole study; null: that of the project's environment, where it is there. */
  readonly reference: string | null;
}

/** What takes so long that it is measured only where it is named. */
const ALONE: ReadonlySet<BenchPart> = new Set(['throughput', 'backlog', 'day']);

/** What the bench was asked for, or what is wrong with it. */
export function readOptions(args: string[]): BenchOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        runs: { type: 'string', default: '15' },
        pack: { type: 'string', default: 'models/default' },
        reference: { type: 'string' },
        backlog: { type: 'string', default: '10000' },
        day: { type: 'string', default: '2000' },
        minutes: { type: 'string', default: '40' },
        queue: { type: 'string', default: '40' },
        threads: { type: 'string', default: String(availableParallelism()) },
      },
    });
    const { pack, reference = null, ...counts } = values;
    const { runs, threads, backlog, day, minutes, queue } = Object.fromEntries(
      Object.entries(counts).map(([name, value]) => [name, Number(value)]),
    ) as Record<keyof typeof counts, number>;
    const wrong = Object.entries(counts).find(([, value]) => !/^[1-9]\d{0,8}$/.test(value));
    if (wrong !== undefined) return `bench: --${wrong[0]} must be a whole number above 0`;
    const unknown = positionals.find((part) => !BENCH_PARTS.includes(part as BenchPart));
    if (unknown !== undefined) return `bench: there is no part ${unknown}`;
    const usual = BENCH_PARTS.filter((part) => !ALONE.has(part));
    const parts = positionals.length === 0 ? usual : (positionals as BenchPart[]);
    return { parts, runs, pack, threads, backlog, day, minutes, queue, reference };
  } catch (cause) {
    return `bench: ${(cause as Error).message}`;
  }
}
