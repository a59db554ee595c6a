import { setTimeout as delay } from 'node:timers/promises';
import { benchBacklog } from './backlog/bench-backlog.ts';
import { benchInference } from './bench-inference.ts';
import { benchLedger, withDatabase } from './bench-ledger.ts';
import { measureInTurn } from './bench-measure.ts';
import { benchReport } from './bench-report.ts';
import { benchRetrieval } from './bench-retrieval.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';
import { benchWholeStudy } from './bench-whole-study.ts';
import { benchDecode } from './decode/bench-decode.ts';
import { benchMemory } from './memory/bench-memory.ts';

export const BENCH_PARTS = [
  'idle',
  'retrieval',
  'decode',
  'inference',
  'report',
  'ledger',
  'study',
  'memory',
  'backlog',
] as const;
export type BenchPart = (typeof BENCH_PARTS)[number];

/**
 * @param study the study in its archive, set up when first asked for.
 * @param backlog studies of a backlog.
 */
export async function benchPart(
  part: BenchPart,
  study: () => Promise<BenchStudy>,
  { runs, backlog }: { readonly runs: number; readonly backlog: number },
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
    case 'study': {
      const ready = await study();
      return withDatabase((database) => benchWholeStudy(ready, database, runs));
    }
    case 'memory':
      return benchMemory();
    case 'backlog':
      return benchBacklog(backlog, withDatabase);
  }
}

/** What the machine's other work does to an event loop that does nothing. */
async function benchIdle(runs: number): Promise<BenchRow[]> {
  const [timing] = await measureInTurn(runs, [() => delay(200)]);
  return [{ what: 'nothing, for 200 ms', timing: timing! }];
}
