import { describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { keptOutcome, someStudy } from '../../test/support/ledger-sample.ts';
import { queueForEachTest } from '../../test/support/queue-bench.ts';
import { sqlResultOutbox } from '../results/sql-result-outbox.ts';

describe.each(LEDGER_KINDS)('what is told of an analysis, on %s', (kind) => {
  const bench = queueForEachTest(kind);

  test('keeps why the watcher submitted a study, and how long it had waited', async () => {
    const study = someStudy();
    const { id } = await bench.queue.submit(study, 'watch', {
      occasion: { why: 'longest-wait', waitedMs: 61_000.4 },
    });
    expect(await bench.queue.find(id)).toMatchObject({ submitReason: 'longest-wait', waitedMs: 61_000.4 });
    expect(bench.recorded.lines.find((line) => line['event'] === 'study-submitted')).toMatchObject({
      trigger: 'watch',
      why: 'longest-wait',
      waitedMs: 61_000,
    });
    const metrics = await bench.recorded.registry.metrics();
    expect(metrics).toContain('spinegrade_watch_wait_seconds_bucket{le="60",why="longest-wait"} 0');
    expect(metrics).toContain('spinegrade_watch_wait_seconds_bucket{le="120",why="longest-wait"} 1');
    const other = await bench.queue.submit(someStudy(), 'api');
    expect(await bench.queue.find(other.id)).toMatchObject({ submitReason: null, waitedMs: null });
    await bench.queue.work(bench.storing);
    await Promise.all([bench.ended(id), bench.ended(other.id)]);
  });

  test('tells what the archive said of an object once, however often its study is analysed', async () => {
    const outbox = sqlResultOutbox(bench.database);
    await bench.queue.work(async (study) => {
      const { results, graded } = await keptOutcome(bench.database, study);
      await outbox.markStored(results.objects[1]!.sopInstanceUid, 'B000H coercion of data elements');
      return { kind: 'stored', graded, results: (await outbox.find(results.analysisKey))! };
    });
    const study = someStudy();
    for (const _ of [1, 2]) {
      const record = await bench.ended((await bench.queue.submit(study, 'api')).id);
      expect(record.objects).toMatchObject([
        { kind: 'SR', warning: null },
        { kind: 'SC', warning: 'B000H coercion of data elements' },
      ]);
    }
    const told = bench.recorded.lines.filter((line) => line['event'] === 'object-stored-with-warning');
    expect(told).toMatchObject([{ study, kind: 'SC', warning: 'B000H coercion of data elements' }]);
    expect(await bench.recorded.registry.metrics()).toContain('spinegrade_store_warnings_total{kind="SC"} 1');
  });
});
