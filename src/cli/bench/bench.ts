import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { readOptions } from './bench-options.ts';
import { BENCH_PARTS, benchPart } from './bench-parts.ts';
import { type BenchStudy, benchStudy } from './bench-study.ts';

const USAGE = `usage: npm run bench -- [${BENCH_PARTS.join('|')}]… [--runs N] [--pack FOLDER] [--threads N] [--queue N]
         [--backlog N] [--day N] [--minutes N] [--reference PYTHON]
  measures the named parts, by default all but throughput, backlog and day, which take minutes each, beside their floors
  in the same run
  --runs N       counted runs of each, after warming up (default 15)
  --pack FOLDER  the model pack (default models/default)
  --threads N    of the networks (default: one a core)
  --queue N      studies that are worked off for the throughput (default 40; 16 MB each, three times over)
  --backlog N    studies of the backlog (default 10000)
  --day N        MR studies of a hospital's day (default 2000; a third of them takes 16 MB each)
  --minutes N    that the day is compressed into (default 40)
  --reference PYTHON
                 with src/cli/bench/reference/requirements.txt, to measure the same study in Python in turns (default
                 .venv/bin/python; left out where that lacks them)
`;

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
    for (const part of options.parts) print(await benchPart(part, study, options));
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

function machine(): string {
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${model}, ${availableParallelism()} cores, ${gib} GiB; Node ${process.version}; load average ${load()}`;
}

const load = () => loadavg()[0]!.toFixed(1);

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
