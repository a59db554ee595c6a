import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordingEvents } from '../../test/support/ledger-events.ts';
import { openTestQueue, type TestQueue } from '../../test/support/ledger-queue.ts';
import { INELIGIBLE, someStudy } from '../../test/support/ledger-sample.ts';
import { QUEUE_SETTINGS, queueForEachTest } from '../../test/support/queue-bench.ts';
import { analysisFollower } from './analysis-follower.ts';
import { holdKey } from './ledger/idempotency-keys.ts';

describe('one process steers what another runs, on one PostgreSQL', () => {
  const bench = queueForEachTest('postgresql');
  /** Of the other process, which works at nothing. */
  let other: TestQueue;
  beforeEach(async () => {
    other = await openTestQueue(bench.database, recordingEvents().events, QUEUE_SETTINGS);
  });
  afterEach(() => other.stop({ timeoutMs: 0 }));

  test('a running analysis is cancelled, and followed, from the other process', async () => {
    const follower = analysisFollower(bench.database, recordingEvents().events);
    const running = Promise.withResolvers<void>();
    await bench.queue.work(async (_, { observe, signal }) => {
      await observe('fetch', async () => {
        running.resolve();
        await delay(60_000, undefined, { signal });
      });
      return INELIGIBLE;
    });
    const { id } = await other.submit(someStudy(), 'api');
    const told: string[] = [];
    const following = (async () => {
      for await (const { state, stage } of follower.follow(id, 0, new AbortController().signal)) {
        told.push(`${state} ${stage}`);
      }
    })();
    await running.promise;
    await other.steering.cancel(id);
    await following;
    expect(told).toEqual(['queued null', 'running null', 'running fetch', 'cancelled fetch']);
    expect(bench.told('analysis-cancelled')).toHaveLength(1);
    follower.close();
  });

  test('a wish to cancel outlives the process that runs the analysis', async () => {
    const running = Promise.withResolvers<void>();
    await bench.queue.work(async () => {
      running.resolve();
      await delay(60_000);
      return INELIGIBLE;
    });
    const { id } = await other.submit(someStudy(), 'api');
    await running.promise;
    await other.steering.cancel(id);
    // The process is told to stop before it has looked.
    await bench.queue.stop({ timeoutMs: 0 });
    const record = await bench.until(
      async () => (await other.find(id))!,
      ({ finishedAt }) => finishedAt !== null,
    );
    expect(record.state).toBe('cancelled');
  });

  test('a key that another process is just taking is told so', async () => {
    const key = { key: 'the key', fingerprint: 'a' };
    await bench.database.transaction(async (sql) => {
      await holdKey(sql, key);
      await expect(other.submit(someStudy(), 'api', { key })).rejects.toMatchObject({
        code: 'request-under-way',
      });
    });
    expect(await other.submit(someStudy(), 'api', { key })).toMatchObject({ created: true });
  });
});
