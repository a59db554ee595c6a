import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { someStudy, storedOutcome } from '../../test/support/ledger-sample.ts';
import { QUEUE_SETTINGS, queueForEachTest } from '../../test/support/queue-bench.ts';
import { ArchiveError } from '../dicomweb/archive.ts';

/** A promise and what resolves it. */
function gate() {
  return Promise.withResolvers<void>();
}

describe.each(LEDGER_KINDS)('attempts of an analysis on %s', (kind) => {
  const bench = queueForEachTest(kind);

  test('tries a retryable fault again up to the limit, then fails naming the stage', async () => {
    let runs = 0;
    await bench.queue.work((_, { observe }) =>
      observe('fetch', async () => {
        runs += 1;
        throw new ArchiveError('the archive closed the connection', { retryable: true });
      }),
    );
    const record = await bench.ended((await bench.queue.submit(someStudy(), 'api')).id);
    expect(runs).toBe(3);
    expect(record).toMatchObject({ state: 'failed', attempts: 3 });
    expect(record.failure).toEqual({
      stage: 'fetch',
      code: 'archive-fault',
      reason: 'fetch: the archive closed the connection (given up after 3 attempts)',
      retryable: true,
    });
  });

  test('an archive that says when to come again is heeded, and no attempt is spent', async () => {
    const began: number[] = [];
    await bench.queue.work(async (study, run) => {
      began.push(performance.now());
      if (began.length > 4) return bench.storing(study, run);
      throw new ArchiveError('429', { retryable: true, status: 429, retryAfterMs: 300 });
    });
    // Three attempts would be all.
    const record = await bench.ended((await bench.queue.submit(someStudy(), 'api')).id);
    expect(record).toMatchObject({ state: 'stored', attempts: 5, failure: null });
    for (const [index, at] of began.entries()) {
      if (index > 0) expect(at - began[index - 1]!).toBeGreaterThan(290);
    }
  });

  test('shows the fault of an attempt while it waits for the next, and forgets it on success', async () => {
    let runs = 0;
    await bench.queue.work(async (study, run) => {
      runs += 1;
      if (runs > 1) return bench.storing(study, run);
      throw new ArchiveError('503', { retryable: true, status: 503 });
    });
    const { id } = await bench.queue.submit(someStudy(), 'api');
    const record = await bench.ended(id);
    expect(record).toMatchObject({ state: 'stored', attempts: 2, failure: null });
    const retried = bench.recorded.lines.find((line) => line['event'] === 'analysis-retried');
    expect(retried).toMatchObject({ analysis: id, stage: null });
  });

  test('fails at once where another try cannot help', async () => {
    let runs = 0;
    await bench.queue.work((_, { observe }) =>
      observe('store', async () => {
        runs += 1;
        throw new TypeError('a mistake of ours');
      }),
    );
    const record = await bench.ended((await bench.queue.submit(someStudy(), 'api')).id);
    expect(record.failure).toEqual({
      stage: 'store',
      code: null,
      reason: 'store: a mistake of ours',
      retryable: false,
    });
    expect(runs).toBe(1);
  });

  test('ends an attempt at its time limit, even one that does not heed its signal', async () => {
    await bench.queue.stop({ timeoutMs: 0 });
    await bench.open({ ...QUEUE_SETTINGS, retryLimit: 0, timeoutMs: 150 });
    const late = gate();
    await bench.queue.work(async (study, { observe }) => {
      await observe('classify', () => late.promise);
      return storedOutcome(study);
    });
    const record = await bench.ended((await bench.queue.submit(someStudy(), 'api')).id);
    expect(record.failure).toEqual({
      stage: 'classify',
      code: 'not-in-time',
      reason: 'classify: not finished within 150 ms',
      retryable: true,
    });
    late.resolve();
    await delay(50);
    expect((await bench.queue.find(record.id))?.state).toBe('failed');
  });
});
