import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { someStudy, storedOutcome } from '../../test/support/ledger-sample.ts';
import { queueBench } from '../../test/support/queue-bench.ts';
import { ArchiveError } from '../dicomweb/archive.ts';

const SETTINGS = { concurrency: 2, retryLimit: 1, retryDelayMs: 5, timeoutMs: 60_000 };
const unreachable = new ArchiveError('ECONNREFUSED', { retryable: true, code: 'archive-unreachable' });
const forbidden = new ArchiveError('HTTP 403', { retryable: true, code: 'archive-refuses-credentials' });

describe.each(LEDGER_KINDS)('faults that are not the study’s, on %s', (kind) => {
  const bench = queueBench(kind);
  afterEach(bench.close);

  test('an archive that is away costs nothing: nothing is taken, no attempt counts, and all is done when it is back', async () => {
    await bench.open(SETTINGS);
    let runs = 0;
    await bench.queue.work(async (study) => {
      runs += 1;
      if (bench.answer) throw bench.answer;
      return storedOutcome(study);
    });
    bench.answer = unreachable;
    const ids = [];
    for (let study = 0; study < 6; study += 1) ids.push((await bench.queue.submit(someStudy(), 'watch')).id);
    await bench.until(
      async () => bench.gate.closed,
      (closed) => closed !== null,
    );
    // Longer than all the tries and waits of a study together.
    await delay(300);
    expect(runs).toBeLessThanOrEqual(SETTINGS.concurrency);
    expect(bench.told('archive-away')).toHaveLength(1);
    expect(await bench.recorded.registry.metrics()).toContain('spinegrade_archive_available 0');
    for (const id of ids) {
      const record = await bench.queue.find(id);
      expect(record).toMatchObject({
        state: 'queued',
        failure: { code: 'archive-unreachable', retryable: true },
      });
      expect(await bench.columns(id)).toMatchObject({ faults: 0 });
    }
    const late = await bench.queue.submit(someStudy(), 'api');
    expect(late.created).toBe(true);

    bench.answer = null;
    for (const id of [...ids, late.id])
      expect(await bench.ended(id)).toMatchObject({ state: 'stored', failure: null });
    expect(bench.told('analysis-failed')).toEqual([]);
    expect(await bench.recorded.registry.metrics()).toContain('spinegrade_archive_available 1');
  });

  test('stopped while the archive is away, the queue rests at once and loses nothing', async () => {
    await bench.open(SETTINGS);
    bench.answer = unreachable;
    await bench.gate.isAway(unreachable, new AbortController().signal);
    const { id } = await bench.queue.submit(someStudy(), 'api');
    await bench.queue.work(async (study) => storedOutcome(study));
    await delay(50);
    await bench.close();
    await bench.open(SETTINGS);
    expect(await bench.queue.find(id)).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    await bench.queue.work(async (study) => storedOutcome(study));
    expect(await bench.ended(id)).toMatchObject({ state: 'stored', attempts: 1 });
  });

  test('a fault of one study, the archive being there, counts as ever', async () => {
    await bench.open(SETTINGS);
    await bench.queue.work(async () => {
      throw unreachable;
    });
    const { id } = await bench.queue.submit(someStudy(), 'api');
    expect(await bench.ended(id)).toMatchObject({
      state: 'failed',
      attempts: 2,
      failure: { retryable: true },
    });
    expect(bench.gate.closed).toBeNull();
  });

  test('a request that the archive forbids waits for somebody to allow it', async () => {
    await bench.open(SETTINGS);
    let allowed = false;
    await bench.queue.work(async (study) => {
      if (!allowed) throw forbidden;
      return storedOutcome(study);
    });
    const { id } = await bench.queue.submit(someStudy(), 'watch');
    const waiting = await bench.until(
      () => bench.queue.find(id),
      (record) => record!.attempts > SETTINGS.retryLimit + 1,
    );
    expect(waiting).toMatchObject({ failure: { code: 'archive-refuses-credentials', retryable: true } });
    allowed = true;
    expect(await bench.ended(id)).toMatchObject({ state: 'stored' });
  });
});
