import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServiceProcess } from '../../demo/service-process.ts';
import { askFor, stored } from '../analysed.ts';
import { startPrivatePostgres } from '../backlog/private-postgres.ts';
import type { BenchStudy } from '../bench-study.ts';
import { residentMegabytes } from '../memory/resident-megabytes.ts';
import { processorMsOf } from './process-usage.ts';
import type { StartRow, Usage } from './start-table.ts';

/** Until what starting allocated and freed is given back. */
const SETTLE_MS = 5_000;
const LIMIT_MS = 120_000;

/**
 * The service from the start of its process to ready and to its first result, beside Node that does nothing.
 * The first of all makes the folder; the others are medians, in turns. Linux only: it reads /proc.
 */
export async function benchStart(study: BenchStudy, runs: number): Promise<StartRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-start-'));
  const data = join(folder, 'data');
  try {
    const created = await started(study, data);
    const turns = { node: [] as Usage[], service: [] as ServiceStart[] };
    for (let run = 0; run < runs; run += 1) {
      turns.node.push(await bareNode());
      turns.service.push(await started(study, data));
    }
    const of = (key: keyof ServiceStart) => turns.service.map((start) => start[key]);
    return [
      { what: 'floor: Node that does nothing, to its end', usages: turns.node },
      { what: 'the very first start, which makes the folder, to ready', usages: [created.ready] },
      { what: 'the same, idle', usages: [created.idle] },
      { what: 'a start, to ready', usages: of('ready') },
      { what: 'the same, idle', usages: of('idle') },
      { what: 'the same, to its first result, submitted when ready', usages: of('first') },
      { what: '`api` on PostgreSQL, idle', usages: await apiOnPostgres(study, runs) },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface ServiceStart {
  readonly ready: Usage;
  readonly idle: Usage;
  readonly first: Usage;
}

/** One life of the service. What it takes while it is left idle counts to neither ready nor the first result. */
async function started(study: BenchStudy, dataDir: string): Promise<ServiceStart> {
  const waiting = await study.another();
  const began = performance.now();
  const service = await startServiceProcess(dataDir, study.dicomWebUrl, { WATCH: 'false' });
  try {
    const ready = await usage(service.pid, performance.now() - began);
    await delay(SETTLE_MS);
    const idle = await usage(service.pid, null);
    const asked = performance.now();
    await askFor(service.url, waiting);
    await stored(service.url, waiting, LIMIT_MS);
    const after = await usage(service.pid, ready.ms! + performance.now() - asked);
    return {
      ready,
      idle,
      first: { ...after, processorMs: after.processorMs - idle.processorMs + ready.processorMs },
    };
  } finally {
    await service.stop();
  }
}

async function usage(pid: number, ms: number | null): Promise<Usage> {
  const [residentMb, peakMb] = await Promise.all([
    residentMegabytes(pid, 'VmRSS'),
    residentMegabytes(pid, 'VmHWM'),
  ]);
  return { ms, processorMs: await processorMsOf(pid), residentMb, peakMb };
}

async function bareNode(): Promise<Usage> {
  const began = performance.now();
  const child = spawn(process.execPath, [
    '-e',
    'process.stdout.write(JSON.stringify([process.cpuUsage(), process.memoryUsage.rss()]))',
  ]);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const [{ user, system }, rss] = JSON.parse(said.toString()) as [NodeJS.CpuUsage, number];
  await once(child, 'close');
  const residentMb = Math.round(rss / 1e6);
  return {
    ms: performance.now() - began,
    processorMs: (user + system) / 1000,
    residentMb,
    peakMb: residentMb,
  };
}

async function apiOnPostgres(study: BenchStudy, runs: number): Promise<Usage[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-start-'));
  const postgres = await startPrivatePostgres();
  try {
    const usages: Usage[] = [];
    for (let run = 0; run < runs; run += 1) {
      const environment = { ROLE: 'api', DATABASE_URL: postgres.url };
      const service = await startServiceProcess(join(folder, 'data'), study.dicomWebUrl, environment);
      await delay(SETTLE_MS);
      usages.push(await usage(service.pid, null));
      await service.stop();
    }
    return usages;
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
