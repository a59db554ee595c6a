import { Registry } from 'prom-client';
import { openDatabase } from '../../../database/open-database.ts';
import type { Database } from '../../../database/sql.ts';
import { deterministicUid } from '../../../dicom/deterministic-uid.ts';
import { remark } from '../../../domain/remark.ts';
import type { StudyInstanceUid } from '../../../domain/uid.ts';
import { analysisSubmitter } from '../../../jobs/analysis-submitter.ts';
import { openAnalysisWorker } from '../../../jobs/analysis-worker.ts';
import { openJobBoard } from '../../../jobs/job-board.ts';
import { createEvents } from '../../../observe/events/events.ts';
import { workInHand } from '../../../process/work-in-hand.ts';
import type { AnalyzeStudy } from '../../../results/analysis-outcome.ts';
import { summedUp } from '../bench-measure.ts';
import type { BenchRow } from '../bench-row.ts';
import { residentMegabytes } from '../memory/resident-megabytes.ts';
import { sample } from '../sample.ts';
import { startPrivatePostgres } from './private-postgres.ts';

/** Studies of which first and last are compared. */
const COMPARED = 1000;

/** What becomes of each: what it costs is the queue's and the ledger's alone. */
const NOT_GRADED: AnalyzeStudy = async () => ({
  kind: 'ineligible',
  series: [],
  reasons: [remark('not-in-archive', {})],
});

/**
 * A backlog on PostgreSQL and on the embedded database: submitted whole, then worked off one after another. Per study, the
 * first thousand against the last, in time and in what this process has resident. @param studies 1000 or more
 */
export async function benchBacklog(
  studies: number,
  embedded: <Result>(work: (database: Database) => Promise<Result>) => Promise<Result>,
): Promise<BenchRow[]> {
  const server = await startPrivatePostgres();
  try {
    const database = await openDatabase({
      dataDir: '/nonexistent',
      databaseUrl: server.url,
      onFault: () => undefined,
    });
    const shared = await backlog(database, studies).finally(() => database.close());
    return [...shared, ...(await embedded((own) => backlog(own, studies)))];
  } finally {
    await server.stop();
  }
}

async function backlog(database: Database, studies: number): Promise<BenchRow[]> {
  const events = createEvents({ logLevel: 'silent', registry: new Registry(), studyUids: 'plain' });
  const board = await openJobBoard(database, events, { longestDelaySeconds: 600, heartbeatSeconds: 30 });
  const submitter = analysisSubmitter(database, board, events, new AbortController().signal);
  const thousands = Math.ceil(studies / COMPARED);
  const submitting: Thousand[] = [];
  for (let thousand = 0; thousand < thousands; thousand += 1) {
    submitting.push(
      await measured(async () => {
        for (let n = 0; n < COMPARED; n += 1) {
          const study = deterministicUid<StudyInstanceUid>('bench', 'backlog', `${thousand} ${n}`);
          await submitter.submit(study, 'watch');
        }
      }),
    );
  }
  const worker = await openAnalysisWorker(
    { database, board, events, gate: null, hand: workInHand() },
    { concurrency: 1, retryLimit: 0, retryDelayMs: 1_000, timeoutMs: 60_000 },
  );
  let begun = 0;
  const full = Array.from({ length: thousands }, () => Promise.withResolvers<void>());
  await worker.work(async (...of) => {
    const outcome = await NOT_GRADED(...of);
    begun += 1;
    if (begun % COMPARED === 0) full[begun / COMPARED - 1]!.resolve();
    return outcome;
  });
  const working: Thousand[] = [];
  for (const { promise } of full) working.push(await measured(() => promise));
  await worker.stop({ timeoutMs: 10_000 });
  await board.close();
  return [
    compared(`${database.kind}: submit a study, the last thousand of ${studies}`, submitting),
    compared(`${database.kind}: work a study off, the last thousand of ${studies}`, working),
  ];
}

interface Thousand {
  readonly taken: Awaited<ReturnType<typeof sample>>['sample'];
  readonly residentMb: number;
}

async function measured(work: () => Promise<void>): Promise<Thousand> {
  const { sample: taken } = await sample(work);
  return { taken, residentMb: await residentMegabytes(process.pid, 'VmRSS') };
}

function compared(what: string, thousands: readonly Thousand[]): BenchRow {
  const [first, last] = [thousands[0]!, thousands.at(-1)!];
  const { ms, blockMs, blockCpuMs } = last.taken;
  return {
    what: `${what}; resident ${last.residentMb} MB, ${(last.residentMb / first.residentMb).toFixed(2)} times that after the first`,
    timing: summedUp([{ ms: ms / COMPARED, blockMs, blockCpuMs }]),
    floor: { what: 'of the first thousand', ms: first.taken.ms / COMPARED },
  };
}
