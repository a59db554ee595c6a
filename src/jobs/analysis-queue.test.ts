import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LEDGER_KINDS, startTestLedger, type TestLedger } from '../../test/support/ledger-databases.ts';
import { recordingEvents } from '../../test/support/ledger-events.ts';
import { openTestQueue, type TestQueue } from '../../test/support/ledger-queue.ts';
import {
  GRADED,
  INELIGIBLE,
  keptOutcome,
  someStudy,
  storedOutcome,
} from '../../test/support/ledger-sample.ts';
import type { Database } from '../database/sql.ts';
import { ArchiveError } from '../dicomweb/archive.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import { sqlResultOutbox } from '../results/sql-result-outbox.ts';
import type { AnalysisRecord } from './analysis-record.ts';
import { QueueStoppingError } from './analysis-submitter.ts';

const SETTINGS = { concurrency: 1, retryLimit: 2, retryDelayMs: 10, timeoutMs: 60_000 };

/** A promise and what resolves it. */
function gate() {
  return Promise.withResolvers<void>();
}

async function until<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await delay(20);
  }
}

describe.each(LEDGER_KINDS)('the analysis queue on %s', (kind) => {
  let ledger: TestLedger;
  let queue: TestQueue;
  let recorded: ReturnType<typeof recordingEvents>;

  beforeAll(async () => {
    ledger = await startTestLedger(kind);
  });
  afterAll(() => ledger.close());
  /** Runs 'select' and 'fetch', and stores. */
  const storing: AnalyzeStudy = async (study, { observe }) => {
    await observe('select', () => delay(2));
    await observe('fetch', async () => undefined);
    return keptOutcome(ledger.database, study);
  };
  const reopen = async (settings = SETTINGS) => {
    recorded = recordingEvents();
    queue = await openTestQueue(ledger.database, recorded.events, settings);
  };
  beforeEach(() => reopen());
  afterEach(async () => {
    await queue.stop({ timeoutMs: 0 });
    expect(recorded.lines.filter((line) => line['event'] === 'queue-fault')).toEqual([]);
  });
  const closed = (id: string): Promise<AnalysisRecord> =>
    until(
      async () => (await queue.find(id))!,
      (record) => record.finishedAt !== null,
    );

  test('keeps why the watcher submitted a study, and how long it had waited', async () => {
    const study = someStudy();
    const { id } = await queue.submit(study, 'watch', { why: 'longest-wait', waitedMs: 61_000.4 });
    expect(await queue.find(id)).toMatchObject({ submitReason: 'longest-wait', waitedMs: 61_000.4 });
    expect(recorded.lines.find((line) => line['event'] === 'study-submitted')).toMatchObject({
      trigger: 'watch',
      why: 'longest-wait',
      waitedMs: 61_000,
    });
    const metrics = await recorded.registry.metrics();
    expect(metrics).toContain('spinegrade_watch_wait_seconds_bucket{le="60",why="longest-wait"} 0');
    expect(metrics).toContain('spinegrade_watch_wait_seconds_bucket{le="120",why="longest-wait"} 1');
    const other = await queue.submit(someStudy(), 'api');
    expect(await queue.find(other.id)).toMatchObject({ submitReason: null, waitedMs: null });
    await queue.work(storing);
    await Promise.all([closed(id), closed(other.id)]);
  });

  test('tells what the archive said of an object once, however often its study is analysed', async () => {
    const outbox = sqlResultOutbox(ledger.database);
    await queue.work(async (study) => {
      const { results, graded } = await keptOutcome(ledger.database, study);
      await outbox.markStored(results.objects[1]!.sopInstanceUid, 'B000H coercion of data elements');
      return { kind: 'stored', graded, results: (await outbox.find(results.analysisKey))! };
    });
    const study = someStudy();
    for (const _ of [1, 2]) {
      const record = await closed((await queue.submit(study, 'api')).id);
      expect(record.objects).toMatchObject([
        { kind: 'SR', warning: null },
        { kind: 'SC', warning: 'B000H coercion of data elements' },
      ]);
    }
    const told = recorded.lines.filter((line) => line['event'] === 'object-stored-with-warning');
    expect(told).toMatchObject([{ study, kind: 'SC', warning: 'B000H coercion of data elements' }]);
    expect(await recorded.registry.metrics()).toContain('spinegrade_store_warnings_total{kind="SC"} 1');
  });

  test('runs what is submitted and records stages, findings and the report', async () => {
    const study = someStudy();
    const { id, created } = await queue.submit(study, 'api');
    expect(created).toBe(true);
    expect(await queue.find(id)).toMatchObject({
      id,
      state: 'queued',
      attempts: 0,
      stage: null,
      finishedAt: null,
    });
    await queue.work(storing);
    const record = await closed(id);
    expect(record).toMatchObject({
      studyInstanceUid: study,
      state: 'stored',
      trigger: 'api',
      attempts: 1,
      stage: 'fetch',
    });
    expect(record.graded).toEqual(GRADED);
    expect(record.report?.sopInstanceUid).toMatch(/^2\.25\./);
    expect(record.objects.map((object) => object.kind)).toEqual(['SR', 'SC']);
    expect(record.objects[0]).toMatchObject({ sopInstanceUid: record.report?.sopInstanceUid, warning: null });
    expect(record.stagesMs).toEqual({ select: expect.any(Number), fetch: expect.any(Number) });
    expect(record.failure).toBeNull();
    expect(await queue.ofStudy(study)).toEqual([record]);
    expect(await queue.find('00000000-0000-4000-8000-000000000000')).toBeNull();
  });

  test('has one open analysis of a study at a time, whoever asks how often', async () => {
    const study = someStudy();
    const asked = await Promise.all(Array.from({ length: 8 }, () => queue.submit(study, 'api')));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(asked.filter(({ created }) => created)).toHaveLength(1);
    expect(await queue.depth()).toMatchObject({ queued: 1, running: 0 });
    await queue.work(storing);
    await closed(asked[0]!.id);
    const again = await queue.submit(study, 'api');
    expect(again).toMatchObject({ created: true });
    await closed(again.id);
    expect(await queue.ofStudy(study)).toHaveLength(2);
  });

  test('follows a running analysis by another when the watcher saw the study change, once', async () => {
    const study = someStudy();
    const [begun, go] = [gate(), gate()];
    await queue.work(async (uid, run) => {
      begun.resolve();
      await go.promise;
      return storing(uid, run);
    });
    const { id } = await queue.submit(study, 'watch');
    await begun.promise;
    expect(await queue.submit(study, 'api')).toEqual({ id, created: false });
    expect(await queue.submit(study, 'watch')).toEqual({ id, created: false });
    expect(await queue.submit(study, 'watch')).toEqual({ id, created: false });
    go.resolve();
    const all = await until(
      () => queue.ofStudy(study),
      (records) => records.length === 2 && records.every(({ finishedAt }) => finishedAt !== null),
    );
    expect(all.map(({ state }) => state)).toEqual(['stored', 'stored']);
    expect((await queue.depth()).queued).toBe(0);
  });

  test('records an ineligible study with its reasons, and does not try it again', async () => {
    let runs = 0;
    await queue.work(async () => {
      runs += 1;
      return INELIGIBLE;
    });
    const record = await closed((await queue.submit(someStudy(), 'api')).id);
    const { reasons, series } = INELIGIBLE;
    expect(record).toMatchObject({ state: 'ineligible', reasons, series, graded: null, report: null });
    expect(await queue.depth()).toMatchObject({ queued: 0, running: 0 });
    expect(runs).toBe(1);
  });

  test('tries a retryable fault again up to the limit, then fails naming the stage', async () => {
    let runs = 0;
    await queue.work((_, { observe }) =>
      observe('fetch', async () => {
        runs += 1;
        throw new ArchiveError('the archive closed the connection', { retryable: true });
      }),
    );
    const record = await closed((await queue.submit(someStudy(), 'api')).id);
    expect(runs).toBe(3);
    expect(record).toMatchObject({ state: 'failed', attempts: 3 });
    expect(record.failure).toEqual({
      stage: 'fetch',
      code: 'archive-fault',
      reason: 'fetch: the archive closed the connection (given up after 3 attempts)',
      retryable: true,
    });
  });

  test('shows the fault of an attempt while it waits for the next, and forgets it on success', async () => {
    let runs = 0;
    await queue.work(async (study, run) => {
      runs += 1;
      if (runs > 1) return storing(study, run);
      throw new ArchiveError('503', { retryable: true, status: 503 });
    });
    const { id } = await queue.submit(someStudy(), 'api');
    const record = await closed(id);
    expect(record).toMatchObject({ state: 'stored', attempts: 2, failure: null });
    const retried = recorded.lines.find((line) => line['event'] === 'analysis-retried');
    expect(retried).toMatchObject({ analysis: id, stage: null });
  });

  test('fails at once where another try cannot help', async () => {
    let runs = 0;
    await queue.work((_, { observe }) =>
      observe('store', async () => {
        runs += 1;
        throw new TypeError('a mistake of ours');
      }),
    );
    const record = await closed((await queue.submit(someStudy(), 'api')).id);
    expect(record.failure).toEqual({
      stage: 'store',
      code: null,
      reason: 'store: a mistake of ours',
      retryable: false,
    });
    expect(runs).toBe(1);
  });

  test('ends an attempt at its time limit, even one that does not heed its signal', async () => {
    await queue.stop({ timeoutMs: 0 });
    await reopen({ ...SETTINGS, retryLimit: 0, timeoutMs: 150 });
    const late = gate();
    await queue.work(async (study, { observe }) => {
      await observe('classify', () => late.promise);
      return storedOutcome(study);
    });
    const record = await closed((await queue.submit(someStudy(), 'api')).id);
    expect(record.failure).toEqual({
      stage: 'classify',
      code: 'not-in-time',
      reason: 'classify: not finished within 150 ms',
      retryable: true,
    });
    late.resolve();
    await delay(50);
    expect((await queue.find(record.id))?.state).toBe('failed');
  });

  test('lets a running analysis finish when it is stopped, and takes nothing new', async () => {
    const begun = gate();
    await queue.work(async (study, run) => {
      begun.resolve();
      await delay(200);
      return storing(study, run);
    });
    const running = await queue.submit(someStudy(), 'api');
    const waiting = await queue.submit(someStudy(), 'api');
    await begun.promise;
    const stopped = queue.stop({ timeoutMs: 20_000 });
    await expect(queue.submit(someStudy(), 'api')).rejects.toThrow(QueueStoppingError);
    await stopped;
    expect(await queue.find(running.id)).toMatchObject({ state: 'stored' });
    expect(await queue.find(waiting.id)).toMatchObject({ state: 'queued', attempts: 0 });
    await reopen();
    await queue.work(storing);
    await closed(waiting.id);
  });

  test('puts a running analysis back when the time to stop is over, without blaming the study', async () => {
    const begun = gate();
    await queue.work((_, { observe, signal }) =>
      observe('fetch', async () => {
        begun.resolve();
        await delay(60_000, undefined, { signal });
        throw new Error('unreachable');
      }),
    );
    const { id } = await queue.submit(someStudy(), 'watch');
    await begun.promise;
    await queue.stop({ timeoutMs: 50 });
    expect(await queue.find(id)).toMatchObject({ state: 'queued', attempts: 1, failure: null });
    await reopen();
    await queue.work(storing);
    expect(await closed(id)).toMatchObject({ state: 'stored', attempts: 2 });
  });

  test('gives a study up that took the process down with it ten times', async () => {
    const { id } = await queue.submit(someStudy(), 'api');
    await ledger.database.query('UPDATE spinegrade.analysis SET interruptions = 10 WHERE id = $1', [id]);
    await queue.work(storing);
    const record = await closed(id);
    expect(record.failure).toEqual({
      stage: null,
      code: 'poison-study',
      reason: 'the process ended 10 times in the middle of this analysis',
      retryable: false,
    });
  });

  test('finds an analysis whose job was deleted by hand', async () => {
    const { id } = await queue.submit(someStudy(), 'api');
    await queue.stop({ timeoutMs: 0 });
    await ledger.database.query('DELETE FROM spinegrade_jobs.job');
    await reopen();
    expect(recorded.lines).toContainEqual(expect.objectContaining({ event: 'analyses-recovered', count: 1 }));
    await queue.work(storing);
    await closed(id);
  });

  test('leaves neither a record nor a job when the commit of a submission fails', async () => {
    const study = someStudy();
    const jobs = async () =>
      (await ledger.database.query('SELECT id FROM spinegrade_jobs.job ORDER BY id')).rows;
    await queue.stop({ timeoutMs: 0 });
    let cutOff = false;
    const faulty: Database = {
      ...ledger.database,
      transaction: (run) =>
        ledger.database.transaction(async (sql) => {
          const result = await run(sql);
          if (cutOff) throw new Error('cut off before the commit');
          return result;
        }),
    };
    queue = await openTestQueue(faulty, recorded.events, SETTINGS);
    const before = await jobs();
    cutOff = true;
    await expect(queue.submit(study, 'api')).rejects.toThrow('cut off before the commit');
    expect(await queue.ofStudy(study)).toEqual([]);
    expect(await jobs()).toEqual(before);
  });
});
