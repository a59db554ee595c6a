import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Database } from '../../src/database/sql.ts';
import { archiveGate } from '../../src/dicomweb/archive-gate.ts';
import type { AnalysisRecord } from '../../src/jobs/analysis-record.ts';
import type { WorkerSettings } from '../../src/jobs/analysis-worker.ts';
import type { AnalyzeStudy } from '../../src/results/analysis-outcome.ts';
import { type LEDGER_KINDS, startTestLedger, type TestLedger } from './ledger-databases.ts';
import { recordingEvents } from './ledger-events.ts';
import { openTestQueue, type TestQueue } from './ledger-queue.ts';
import { keptOutcome } from './ledger-sample.ts';

export type QueueBench = ReturnType<typeof queueBench>;

/** A ledger for the tests of a file, and one queue after another on it; called where tests are declared. */
export function queueBench(kind: (typeof LEDGER_KINDS)[number]) {
  let ledger: TestLedger;
  let queue: TestQueue;
  let recorded: ReturnType<typeof recordingEvents>;
  let gate: ReturnType<typeof archiveGate>;
  beforeAll(async () => {
    ledger = await startTestLedger(kind);
  }, 180_000);
  afterAll(() => ledger.close());
  const bench = {
    /** What the archive answers, to a probe and to everything else; null: as it should. */
    answer: null as Error | null,
    get database() {
      return ledger.database;
    },
    get queue() {
      return queue;
    },
    /** Events of the queue opened last. */
    get recorded() {
      return recorded;
    },
    get gate() {
      return gate;
    },
    async open(settings: WorkerSettings, database: Database = ledger.database) {
      bench.answer = null;
      recorded = recordingEvents();
      gate = archiveGate({
        archive: {
          async ping() {
            if (bench.answer) throw bench.answer;
          },
        },
        onChange: recorded.events.archiveAway,
        firstProbeMs: 10,
        longestProbeMs: 10,
      });
      queue = await openTestQueue(database, recorded.events, settings, gate);
    },
    async close() {
      await queue.stop({ timeoutMs: 0 });
      await gate.close();
    },
    ended: (id: string): Promise<AnalysisRecord> =>
      bench.until(
        async () => (await queue.find(id))!,
        (record) => record.finishedAt !== null,
      ),
    async until<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
      for (;;) {
        const value = await read();
        if (holds(value)) return value;
        await delay(10);
      }
    },
    told: (event: string) => recorded.lines.filter((line) => line['event'] === event),
    /** The row of an analysis. */
    async columns(id: string): Promise<Record<string, unknown>> {
      const { rows } = await ledger.database.query('SELECT * FROM spinegrade.analysis WHERE id = $1', [id]);
      return rows[0]!;
    },
    /** Runs 'select' and 'fetch', and stores. */
    storing: (async (study, { observe }) => {
      await observe('select', () => delay(2));
      await observe('fetch', async () => undefined);
      return keptOutcome(ledger.database, study);
    }) satisfies AnalyzeStudy as AnalyzeStudy,
  };
  return bench;
}

/** One analysis at a time, tried again twice and at once. */
export const QUEUE_SETTINGS = { concurrency: 1, retryLimit: 2, retryDelayMs: 10, timeoutMs: 60_000 };

/** A queue anew for each test, none of which may end in a fault of the queue itself. */
export function queueForEachTest(kind: (typeof LEDGER_KINDS)[number]): QueueBench {
  const bench = queueBench(kind);
  beforeEach(() => bench.open(QUEUE_SETTINGS));
  afterEach(async () => {
    await bench.close();
    expect(bench.told('queue-fault')).toEqual([]);
  });
  return bench;
}
