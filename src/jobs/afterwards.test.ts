import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { keptOutcome, someStudy } from '../../test/support/ledger-sample.ts';
import { QUEUE_SETTINGS, queueBench } from '../../test/support/queue-bench.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';

describe.each(LEDGER_KINDS)('an analysis that goes on after its outcome, on %s', (kind) => {
  const bench = queueBench(kind);
  beforeEach(() => bench.open(QUEUE_SETTINGS));
  afterEach(async () => {
    await bench.close();
    expect(bench.told('queue-fault')).toEqual([]);
  });

  /** Stores, and does this once the ledger says so. */
  const storing =
    (afterwards: (signal: AbortSignal, stateByThen: string) => Promise<void>): AnalyzeStudy =>
    async (study, { conclude }) => {
      const outcome = await keptOutcome(bench.database, study);
      const signal = await conclude!(outcome);
      const [record] = await bench.queue.ofStudy(study);
      await afterwards(signal, record!.state);
      return outcome;
    };

  test('is stored before the rest begins; the next study waits for its end', async () => {
    const goOn = Promise.withResolvers<void>();
    const order: string[] = [];
    const [first, second] = [someStudy(), someStudy()];
    const { id } = await bench.queue.submit(first, 'api');
    const { id: other } = await bench.queue.submit(second, 'api');
    await bench.queue.work(
      storing(async (_, state) => {
        order.push(state);
        await goOn.promise;
        order.push('ended');
      }),
    );
    expect(await bench.ended(id)).toMatchObject({ state: 'stored', attempts: 1, failure: null });
    await bench.until(
      async () => order.length,
      (length) => length > 0,
    );
    expect(await bench.queue.find(other)).toMatchObject({ state: 'queued' });
    goOn.resolve();
    await bench.ended(other);
    await bench.until(
      async () => order.length,
      (length) => length === 4,
    );
    expect(order).toEqual(['stored', 'ended', 'stored', 'ended']);
  });

  test('is stored whatever becomes of the rest: a fault of it is no fault of the analysis', async () => {
    const { id } = await bench.queue.submit(someStudy(), 'api');
    await bench.queue.work(storing(() => Promise.reject(new Error('afterwards'))));
    expect(await bench.ended(id)).toMatchObject({ state: 'stored', attempts: 1, failure: null });
    const { id: next } = await bench.queue.submit(someStudy(), 'api');
    expect(await bench.ended(next)).toMatchObject({ state: 'stored' });
    expect(bench.told('analysis-failed')).toEqual([]);
  });

  test('the rest ends when the process stops, and is not waited for', async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { id } = await bench.queue.submit(someStudy(), 'api');
    await bench.queue.work(
      storing(async (signal) => {
        begun.resolve(signal);
        await new Promise(() => undefined);
      }),
    );
    const signal = await begun.promise;
    const startedAt = performance.now();
    await bench.queue.stop({ timeoutMs: 60_000 });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(signal.aborted).toBe(true);
    expect(await bench.queue.find(id)).toMatchObject({ state: 'stored', attempts: 1 });
    expect(bench.told('analysis-put-back')).toEqual([]);
  });

  test('the rest ends with the time that the analysis had left, and the next study is taken', async () => {
    await bench.close();
    await bench.open({ ...QUEUE_SETTINGS, timeoutMs: 1000 });
    const studies = [someStudy(), someStudy()] as const;
    const submitted = await Promise.all(studies.map((study) => bench.queue.submit(study, 'api')));
    const reasons: unknown[] = [];
    await bench.queue.work(
      storing(async (signal) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason.name));
        await new Promise(() => undefined);
      }),
    );
    for (const { id } of submitted) expect(await bench.ended(id)).toMatchObject({ state: 'stored' });
    expect(reasons[0]).toBe('TimeoutError');
  });

  test('what cannot be written down is followed by nothing', async () => {
    let [asked, followed] = [0, 0];
    const { id } = await bench.queue.submit(someStudy(), 'api');
    await bench.queue.work(async (study, { conclude, signal }) => {
      asked += 1;
      const outcome = await keptOutcome(bench.database, study);
      if (asked > 1) return outcome;
      // Told too late: the run is over by then.
      const late = bench
        .until(
          async () => signal.aborted,
          (aborted) => aborted,
        )
        .then(() => conclude!(outcome));
      await late.then(
        () => (followed += 1),
        () => undefined,
      );
      return outcome;
    });
    await bench.until(
      async () => asked,
      (count) => count > 0,
    );
    await bench.close();
    await delay(50);
    expect(followed).toBe(0);
    await bench.open(QUEUE_SETTINGS);
    await bench.queue.work(bench.storing);
    expect(await bench.ended(id)).toMatchObject({ state: 'stored' });
  });
});
