import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCH_PARTS, type BenchPart } from './bench-parts.ts';

interface BenchOptions {
  readonly parts: readonly BenchPart[];
  readonly runs: number;
  readonly pack: string;
  readonly threads: number;
  readonly backlog: number;
  /** Python for the reference of a whole study; null: that of the project's environment, where it is there. */
  readonly reference: string | null;
}

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
        threads: { type: 'string', default: String(availableParallelism()) },
      },
    });
    const [runs, threads, backlog] = [values.runs, values.threads, values.backlog].map(Number) as [
      number,
      number,
      number,
    ];
    if (![runs, threads, backlog].every((number) => Number.isSafeInteger(number) && number > 0)) {
      return 'bench: --runs, --threads and --backlog must be whole numbers above 0';
    }
    const unknown = positionals.find((part) => !BENCH_PARTS.includes(part as BenchPart));
    if (unknown !== undefined) return `bench: there is no part ${unknown}`;
    const usual = BENCH_PARTS.filter((part) => part !== 'backlog');
    const parts = positionals.length === 0 ? usual : (positionals as BenchPart[]);
    const { pack, reference = null } = values;
    return { parts, runs, pack, threads, backlog, reference };
  } catch (cause) {
    return `bench: ${(cause as Error).message}`;
  }
}
