import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServiceProcess } from '../../demo/service-process.ts';
import { askFor, stored } from '../analysed.ts';
import type { BenchStudy } from '../bench-study.ts';
import { residentMegabytes } from '../memory/resident-megabytes.ts';
import { processorMsOf } from '../start/process-usage.ts';

const LIMIT_MS = 30 * 60_000;
/** Studies before those that count. */
const WARM_UP = 3;

/** So many analyses at a time. */
export interface Throughput {
  readonly concurrency: number;
  readonly studies: number;
  readonly ms: number;
  readonly processorMs: number;
  readonly peakMb: number;
}

/**
 * Studies that wait in the queue, worked off by the service as a process of its own, by JOB_CONCURRENCY: one, one a
 * processor, and one more. All are in the archive before they are asked for. Linux only: it reads /proc.
 * @throws Error where one is not stored.
 */
export async function benchThroughput(study: BenchStudy, studies: number): Promise<readonly Throughput[]> {
  const processors = availableParallelism();
  const rows: Throughput[] = [];
  for (const concurrency of new Set([1, processors, processors + 1])) {
    rows.push(await workedOff(study, studies, concurrency));
  }
  return rows;
}

async function workedOff(study: BenchStudy, studies: number, concurrency: number): Promise<Throughput> {
  const waiting: string[] = [];
  for (let n = 0; n < WARM_UP + studies; n += 1) waiting.push(await study.another());
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-throughput-'));
  const service = await startServiceProcess(join(folder, 'data'), study.dicomWebUrl, {
    WATCH: 'false',
    JOB_CONCURRENCY: String(concurrency),
  });
  try {
    const analysed = async (some: readonly string[]) => {
      for (const each of some) await askFor(service.url, each);
      for (const each of some) await stored(service.url, each, LIMIT_MS);
    };
    await analysed(waiting.slice(0, WARM_UP));
    const [began, used] = [performance.now(), await processorMsOf(service.pid)];
    await analysed(waiting.slice(WARM_UP));
    return {
      concurrency,
      studies,
      ms: performance.now() - began,
      processorMs: (await processorMsOf(service.pid)) - used,
      peakMb: await residentMegabytes(service.pid, 'VmHWM'),
    };
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export function throughputTable(rows: readonly Throughput[]): readonly string[] {
  const perMinute = ({ studies, ms }: Throughput) => (60_000 * studies) / ms;
  return [
    '| throughput, analyses at a time | studies | studies a minute | of one at a time | processor ms a study | of the processors | at most MB |',
    '|--:|--:|--:|--:|--:|--:|--:|',
    ...rows.map((row) => {
      const { concurrency, studies, ms, processorMs, peakMb } = row;
      const share = `${Math.round((100 * processorMs) / ms / availableParallelism())} %`;
      const ratio = (perMinute(row) / perMinute(rows[0]!)).toFixed(2);
      const each = Math.round(processorMs / studies);
      return `| ${[concurrency, studies, perMinute(row).toFixed(1), ratio, each, share, peakMb].join(' | ')} |`;
    }),
    '',
  ];
}
