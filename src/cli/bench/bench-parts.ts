import { setTimeout as delay } from 'node:timers/promises';
import { benchBacklog } from './backlog/bench-backlog.ts';
import { benchInference } from './bench-inference.ts';
import { benchLedger, withDatabase } from './bench-ledger.ts';
import { measureInTurn } from './bench-measure.ts';
import { benchReport } from './bench-report.ts';
import { benchRetrieval } from './bench-retrieval.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';
import { benchTable } from './bench-table.ts';
import { benchDay } from './day/bench-day.ts';
import { dayTable } from './day/day-table.ts';
import { benchDecode } from './decode/bench-decode.ts';
import { benchMemory } from './memory/bench-memory.ts';
import { hasRequirements } from './reference/start-reference.ts';
import { benchStart } from './start/bench-start.ts';
import { startTable } from './start/start-table.ts';
import { benchWholeStudy } from './study/bench-whole-study.ts';
import { comparisonTable } from './study/comparison-table.ts';
import { benchThroughput, throughputTable } from './throughput/bench-throughput.ts';

export const BENCH_PARTS = [
  'idle',
  'retrieval',
  'decode',
  'inference',
  'report',
  'ledger',
  'study',
  'memory',
  'start',
  'throughput',
  'backlog',
  'day',
] as const;
export type BenchPart = (typeof BENCH_PARTS)[number];

interface PartOptions {
  readonly runs: number;
  /** Studies of a backlog, of a day, and of the queue that is worked off. */
  readonly backlog: number;
  readonly day: number;
  readonly queue: number;
  /** That the day is compressed into. */
  readonly minutes: number;
  readonly reference: string | null;
}

/**
 * Measures a part.
 * @param study the study in its archive, set up when first asked for.
 * @returns lines of Markdown
 */
export async function benchPart(
  part: BenchPart,
  study: () => Promise<BenchStudy>,
  options: PartOptions,
): Promise<readonly string[]> {
  if (part === 'start') return startTable(await benchStart(await study(), options.runs));
  if (part === 'throughput') return throughputTable(await benchThroughput(await study(), options.queue));
  if (part === 'day') return dayTable(await benchDay(options.day, options.minutes));
  if (part !== 'study') return benchTable(part, await rowsOf(part, study, options));
  const python = await pythonOf(options);
  const ready = await study();
  const { rows, compared } = await withDatabase((database) =>
    benchWholeStudy(ready, database, options.runs, python),
  );
  return [...benchTable(part, rows), ...comparisonTable(compared)];
}

async function rowsOf(
  part: Exclude<BenchPart, 'study' | 'start' | 'throughput' | 'day'>,
  study: () => Promise<BenchStudy>,
  { runs, backlog }: PartOptions,
): Promise<readonly BenchRow[]> {
  switch (part) {
    case 'idle':
      return benchIdle(runs);
    case 'retrieval':
      return benchRetrieval(await study(), runs);
    case 'decode':
      return benchDecode(runs);
    case 'inference':
      return benchInference(await study(), runs);
    case 'report':
      return benchReport(await study(), runs);
    case 'ledger':
      return withDatabase((database, folder) => benchLedger(database, folder, runs));
    case 'memory':
      return benchMemory();
    case 'backlog':
      return benchBacklog(backlog, withDatabase);
  }
}

const USUAL_PYTHON = '.venv/bin/python';
const REQUIREMENTS = 'src/cli/bench/reference/requirements.txt';

/**
 * The Python of the reference, null where the project's environment cannot run it.
 * @throws Error when the one asked for cannot.
 */
async function pythonOf({ reference }: PartOptions): Promise<string | null> {
  const python = reference ?? USUAL_PYTHON;
  if (await hasRequirements(python)) return python;
  if (reference !== null) throw new Error(`${python} lacks what ${REQUIREMENTS} names`);
  process.stdout.write(`The reference is left out: ${python} lacks what ${REQUIREMENTS} names.\n\n`);
  return null;
}

/** What the machine's other work does to an event loop that does nothing. */
async function benchIdle(runs: number): Promise<BenchRow[]> {
  const [timing] = await measureInTurn(runs, [() => delay(200)]);
  return [{ what: 'nothing, for 200 ms', timing: timing! }];
}
