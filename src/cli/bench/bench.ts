import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCH_PARTS, type BenchPart, benchPart } from './bench-parts.ts';
import type { BenchRow } from './bench-row.ts';
import { type BenchStudy, benchStudy } from './bench-study.ts';

const USAGE = `usage: npm run bench -- [${BENCH_PARTS.join('|')}]… [--runs N] [--pack FOLDER] [--threads N]
  measures the named parts, by default all, beside their floors in the same run
  --runs N       counted runs of each, after warming up (default 15)
  --pack FOLDER  the model pack (default models/default)
  --threads N    of the networks (default: one a core)
`;

interface BenchOptions {
  readonly parts: readonly BenchPart[];
  readonly runs: number;
  readonly pack: string;
  readonly threads: number;
}

/** `npm run bench`: exit code 0 when everything asked for was measured, 1 when not, 2 on misuse. */
export async function benchCommand(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}`);
    return 2;
  }
  const stopping: (() => Promise<unknown>)[] = [];
  try {
    print([
      machine(),
      `Medians of ${options.runs} warm runs. Block: the longest time the event loop was held up in a run.`,
      '',
    ]);
    let setUp: Promise<BenchStudy> | undefined;
    const study = () => (setUp ??= benchStudy(options.pack, options.threads, stopping));
    for (const part of options.parts) print(table(part, await benchPart(part, study, options.runs)));
    print([`load average at the end: ${load()}`]);
    return 0;
  } catch (cause) {
    process.stderr.write(`bench: ${(cause as Error).message}\n`);
    return 1;
  } finally {
    // Last started, first stopped; every one is tried.
    for (const stop of stopping.reverse())
      await stop().catch((cause) => process.stderr.write(`bench: ${cause}\n`));
  }
}

function readOptions(args: string[]): BenchOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        runs: { type: 'string', default: '15' },
        pack: { type: 'string', default: 'models/default' },
        threads: { type: 'string', default: String(availableParallelism()) },
      },
    });
    const [runs, threads] = [Number(values.runs), Number(values.threads)];
    if (![runs, threads].every((number) => Number.isSafeInteger(number) && number > 0)) {
      return 'bench: --runs and --threads must be whole numbers above 0';
    }
    const unknown = positionals.find((part) => !BENCH_PARTS.includes(part as BenchPart));
    if (unknown !== undefined) return `bench: there is no part ${unknown}`;
    const parts = positionals.length === 0 ? BENCH_PARTS : (positionals as BenchPart[]);
    return { parts, runs, pack: values.pack, threads };
  } catch (cause) {
    return `bench: ${(cause as Error).message}`;
  }
}

function machine(): string {
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${model}, ${availableParallelism()} cores, ${gib} GiB; Node ${process.version}; load average ${load()}`;
}

const load = () => loadavg()[0]!.toFixed(1);

/** A Markdown table. */
function table(part: BenchPart, rows: readonly BenchRow[]): string[] {
  const cells = [
    [part, 'ms', 'floor', 'floor ms', 'ratio', 'block ms', 'its CPU ms', 'worst block ms'],
    ...rows.map(({ what, timing, ms = timing.medianMs, floor }) => [
      what,
      rounded(ms),
      floor?.what ?? '',
      floor === undefined ? '' : rounded(floor.ms),
      floor === undefined ? '' : (ms / floor.ms).toFixed(1),
      rounded(timing.blockMedianMs),
      rounded(timing.blockCpuMedianMs),
      rounded(timing.blockWorstMs),
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (isText(column) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line), ''];
}

/** The columns of what was measured and of its floor; the others hold numbers. */
const isText = (column: number) => column === 0 || column === 2;

const rounded = (ms: number) => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
