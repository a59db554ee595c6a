import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { someStudy } from '../../test/support/ledger-sample.ts';
import { QUEUE_SETTINGS, queueForEachTest } from '../../test/support/queue-bench.ts';
import type { Database } from '../database/sql.ts';
import { QueueStoppingError } from './analysis-submitter.ts';

/** A promise and what resolves it. */
function gate() {
  return Promise.withResolvers<void>();
}

describe.each(LEDGER_KINDS)('what stopping or a crash cuts off, on %s', (kind) => {
  const bench = queueForEachTest(kind);

  test('lets a running analysis finish when it is stopped, and takes nothing new', async () => {
    const begun = gate();
    await bench.queue.work(async (study, run) => {
      begun.resolve();
      await delay(200);
      return bench.storing(study, run);
    });
    const running = await bench.queue.submit(someStudy(), 'api');
    const waiting = await bench.queue.submit(someStudy(), 'api');
    await begun.promise;
    const stopped = bench.queue.stop({ timeoutMs: 20_000 });
    await expect(bench.queue.submit(someStudy(), 'api')).rejects.toThrow(QueueStoppingError);
    await stopped;
    expect(await bench.queue.find(running.id)).toMatchObject({ state: 'stored' });
    expect(await bench.queue.find(waiting.id)).toMatchObject({ state: 'queued', attempts: 0 });
    await bench.open(QUEUE_SETTINGS);
    await bench.queue.work(bench.storing);
    await bench.ended(waiting.id);
  });

  test('puts a running analysis back when the time to stop is over, without blaming the study', async () => {
    const begun = gate();
    await bench.queue.work((_, { observe, signal }) =>
      observe('fetch', async () => {
        begun.resolve();
        await delay(60_000, undefined, { signal });
        throw new Error('unreachable');
      }),
    );
    const { id } = await bench.queue.submit(someStudy(), 'watch');
    await begun.promise;
    await bench.queue.stop({ timeoutMs: 50 });
    expect(await bench.queue.find(id)).toMatchObject({ state: 'queued', attempts: 1, failure: null });
    await bench.open(QUEUE_SETTINGS);
    await bench.queue.work(bench.storing);
    expect(await bench.ended(id)).toMatchObject({ state: 'stored', attempts: 2 });
  });

  test('gives a study up that took the process down with it ten times', async () => {
    const { id } = await bench.queue.submit(someStudy(), 'api');
    await bench.database.query('UPDATE spinegrade.analysis SET interruptions = 10 WHERE id = $1', [id]);
    await bench.queue.work(bench.storing);
    const record = await bench.ended(id);
    expect(record.failure).toEqual({
      stage: null,
      code: 'poison-study',
      reason: 'the process ended 10 times in the middle of this analysis',
      retryable: false,
    });
  });

  test('finds an analysis whose job was deleted by hand', async () => {
    const { id } = await bench.queue.submit(someStudy(), 'api');
    await bench.queue.stop({ timeoutMs: 0 });
    await bench.database.query('DELETE FROM spinegrade_jobs.job');
    await bench.open(QUEUE_SETTINGS);
    expect(bench.recorded.lines).toContainEqual(
      expect.objectContaining({ event: 'analyses-recovered', count: 1 }),
    );
    await bench.queue.work(bench.storing);
    await bench.ended(id);
  });

  test('leaves neither a record nor a job when the commit of a submission fails', async () => {
    const study = someStudy();
    const jobs = async () =>
      (await bench.database.query('SELECT id FROM spinegrade_jobs.job ORDER BY id')).rows;
    await bench.queue.stop({ timeoutMs: 0 });
    let cutOff = false;
    const faulty: Database = {
      ...bench.database,
      transaction: (run) =>
        bench.database.transaction(async (sql) => {
          const result = await run(sql);
          if (cutOff) throw new Error('cut off before the commit');
          return result;
        }),
    };
    await bench.open(QUEUE_SETTINGS, faulty);
    const before = await jobs();
    cutOff = true;
    await expect(bench.queue.submit(study, 'api')).rejects.toThrow('cut off before the commit');
    expect(await bench.queue.ofStudy(study)).toEqual([]);
    expect(await jobs()).toEqual(before);
  });
});
