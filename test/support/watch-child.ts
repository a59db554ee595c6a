/**
 * The watcher in a process of its own, which looking at one of its studies ends. Prints a line for every study
 * submitted and every study set aside.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open-database.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import { workInHand } from '../../src/process/work-in-hand.ts';
import { OPEN_GATE } from '../../src/watch/hospital.fixture.ts';
import { watchStudies } from '../../src/watch/study-watcher.ts';
import { createWatchLedger } from '../../src/watch/watch-ledger.ts';
import { heldLease } from './held-lease.ts';

const [databaseUrl, poison, ...innocent] = process.argv.slice(2) as [string, ...StudyInstanceUid[]];
const database = await openDatabase({ dataDir: '/nonexistent', databaseUrl, onFault: () => undefined });
const tell = (line: string) => void process.stdout.write(`${line}\n`);
await watchStudies(
  {
    archive: {
      findStudies: async () =>
        [...innocent, poison!].map((studyInstanceUid) => ({
          studyInstanceUid,
          instanceCount: 1,
          studyDate: null,
        })),
      findSeries: async (study) => [
        {
          seriesInstanceUid: `${study}.1` as SeriesInstanceUid,
          modality: 'MR',
          seriesNumber: 1,
          instanceCount: 1,
        },
      ],
    },
    // No other process lives.
    store: createWatchLedger(database, await heldLease(database)),
    clock: {
      now: () => new Date(),
      elapsedMs: () => performance.now(),
      sleep: (ms, signal) => delay(ms, undefined, { signal }),
    },
    async submit(study) {
      tell(`submitted ${study}`);
    },
    async rolesPresent(study) {
      // All of them are in hand together, however late a busy machine begins one.
      await delay(study === poison ? 50 : 2_000);
      if (study === poison) process.kill(process.pid, 'SIGKILL');
      return true;
    },
    hand: workInHand(),
    gate: OPEN_GATE,
    onEvent(event) {
      if (event.kind === 'study-set-aside') tell(`set aside ${event.study}`);
    },
  },
  {
    pollIntervalMs: 10,
    maxBackoffMs: 10,
    quietMs: 20,
    longestWaitMs: 600_000,
    overlapDays: 1,
    lookBackDays: null,
    concurrency: 4,
  },
  new AbortController().signal,
);
