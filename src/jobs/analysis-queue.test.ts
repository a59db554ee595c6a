import { describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { GRADED, INELIGIBLE, someStudy } from '../../test/support/ledger-sample.ts';
import { queueForEachTest } from '../../test/support/queue-bench.ts';
import { openAnalyses } from './ledger/open-analyses.ts';

/** A promise and what resolves it. */
function gate() {
  return Promise.withResolvers<void>();
}

describe.each(LEDGER_KINDS)('the analysis queue on %s', (kind) => {
  const bench = queueForEachTest(kind);

  test('runs what is submitted and records stages, findings and the report', async () => {
    const study = someStudy();
    const { id, created } = await bench.queue.submit(study, 'api');
    expect(created).toBe(true);
    expect(await bench.queue.find(id)).toMatchObject({
      id,
      state: 'queued',
      attempts: 0,
      stage: null,
      finishedAt: null,
    });
    await bench.queue.work(bench.storing);
    const record = await bench.ended(id);
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
    expect(await bench.queue.ofStudy(study)).toEqual([record]);
    expect(await bench.queue.find('00000000-0000-4000-8000-000000000000')).toBeNull();
  });

  test('has one open analysis of a study at a time, whoever asks how often', async () => {
    const study = someStudy();
    const asked = await Promise.all(Array.from({ length: 8 }, () => bench.queue.submit(study, 'api')));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(asked.filter(({ created }) => created)).toHaveLength(1);
    expect(await openAnalyses(bench.database)).toMatchObject({ queued: 1, running: 0 });
    await bench.queue.work(bench.storing);
    await bench.ended(asked[0]!.id);
    const again = await bench.queue.submit(study, 'api');
    expect(again).toMatchObject({ created: true });
    await bench.ended(again.id);
    expect(await bench.queue.ofStudy(study)).toHaveLength(2);
  });

  test('follows a running analysis by another when the watcher saw the study change, once', async () => {
    const study = someStudy();
    const [begun, go] = [gate(), gate()];
    await bench.queue.work(async (uid, run) => {
      begun.resolve();
      await go.promise;
      return bench.storing(uid, run);
    });
    const { id } = await bench.queue.submit(study, 'watch');
    await begun.promise;
    expect(await bench.queue.submit(study, 'api')).toMatchObject({ id, created: false });
    expect(await bench.queue.submit(study, 'watch')).toMatchObject({ id, created: false });
    expect(await bench.queue.submit(study, 'watch')).toMatchObject({ id, created: false });
    go.resolve();
    const all = await bench.until(
      () => bench.queue.ofStudy(study),
      (records) => records.length === 2 && records.every(({ finishedAt }) => finishedAt !== null),
    );
    expect(all.map(({ state }) => state)).toEqual(['stored', 'stored']);
    expect((await openAnalyses(bench.database)).queued).toBe(0);
  });

  test('records an ineligible study with its reasons, and does not try it again', async () => {
    let runs = 0;
    await bench.queue.work(async () => {
      runs += 1;
      return INELIGIBLE;
    });
    const record = await bench.ended((await bench.queue.submit(someStudy(), 'api')).id);
    const { reasons, series } = INELIGIBLE;
    expect(record).toMatchObject({ state: 'ineligible', reasons, series, graded: null, report: null });
    expect(await openAnalyses(bench.database)).toMatchObject({ queued: 0, running: 0 });
    expect(runs).toBe(1);
  });
});
