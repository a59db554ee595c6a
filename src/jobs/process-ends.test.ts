import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { heldLease } from '../../test/support/held-lease.ts';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { INELIGIBLE, someStudy, storedOutcome } from '../../test/support/ledger-sample.ts';
import { queueBench } from '../../test/support/queue-bench.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import { createWatchLedger } from '../watch/watch-ledger.ts';

const SETTINGS = { concurrency: 2, retryLimit: 1, retryDelayMs: 5, timeoutMs: 60_000 };

describe.each(LEDGER_KINDS)('a process that ends, on %s', (kind) => {
  const bench = queueBench(kind);
  afterEach(bench.close);

  /** As if the process had ended in the middle of it: the ledger says so, and the queue is opened anew. */
  async function crash(study: StudyInstanceUid, stage: string | null) {
    await bench.database.query(
      `UPDATE spinegrade.analysis SET state = 'running', stage = $2, stopping = false
       WHERE study_instance_uid = $1 AND state IN ('queued', 'running')`,
      [study, stage],
    );
    await bench.close();
    await bench.open(SETTINGS);
  }
  const storing: AnalyzeStudy = async (study) => storedOutcome(study);
  /** Of the failed analysis, its state and reason. */
  async function outcome(id: string) {
    await bench.queue.work(storing);
    const record = await bench.ended(id);
    return { state: record!.state, failure: record!.failure };
  }

  // Where processes share the database, the next to take the job notices: see the last two tests.
  test.runIf(kind === 'embedded')(
    'three times in one stage: the study is set aside and told of',
    async () => {
      await bench.open(SETTINGS);
      const study = someStudy();
      const { id } = await bench.queue.submit(study, 'watch');
      // The stage before the first end may not have reached the disk.
      for (const stage of [null, 'fetch', 'fetch']) await crash(study, stage);
      expect(await outcome(id)).toEqual({
        state: 'failed',
        failure: {
          stage: null,
          code: 'poison-study',
          reason: 'the process ended 3 times in the stage fetch of this analysis',
          retryable: false,
        },
      });
      expect(bench.told('study-set-aside')).toMatchObject([
        { code: 'poison-study', study, where: 'analysis' },
      ]);
      expect(await bench.recorded.registry.metrics()).toContain(
        'spinegrade_studies_set_aside_total{where="analysis"} 1',
      );
    },
  );

  test.runIf(kind === 'embedded')('once in each stage: it was the process, not the study', async () => {
    await bench.open(SETTINGS);
    const study = someStudy();
    const { id } = await bench.queue.submit(study, 'watch');
    for (const stage of ['select', 'fetch', 'localise', 'classify', 'report', 'store']) {
      await crash(study, stage);
    }
    expect(await outcome(id)).toMatchObject({ state: 'stored' });
  });

  test('being told to stop is held against nobody, even where the process is gone before it put them back', async () => {
    await bench.open(SETTINGS);
    const study = someStudy();
    const begun = Promise.withResolvers<void>();
    await bench.queue.work(async (uid, { signal }) => {
      begun.resolve();
      await delay(60_000, undefined, { signal }).catch(() => undefined);
      return storedOutcome(uid);
    });
    const { id } = await bench.queue.submit(study, 'watch');
    await begun.promise;
    const stopped = bench.queue.stop({ timeoutMs: 200 });
    await bench.until(
      () => bench.columns(id),
      (row) => row['stopping'] === true,
    );
    await stopped;
    // What the ledger would hold had the process been ended meanwhile.
    await bench.database.query(`UPDATE spinegrade.analysis SET state = 'running' WHERE id = $1`, [id]);
    await bench.open(SETTINGS);
    await bench.queue.work(storing);
    expect(await bench.ended(id)).toMatchObject({ state: 'stored' });
    expect(await bench.columns(id)).toMatchObject({ interruptions: 0 });
  });

  test('suspects are taken up one at a time, and alone', async () => {
    await bench.open(SETTINGS);
    const studies = [someStudy(), someStudy(), someStudy(), someStudy()];
    const ids = [];
    for (const study of studies) ids.push((await bench.queue.submit(study, 'watch')).id);
    await bench.database.query(
      `UPDATE spinegrade.analysis SET interruptions = 1 WHERE id = ANY($1::uuid[])`,
      [ids.slice(0, 2)],
    );
    const suspects = new Set(studies.slice(0, 2));
    const inHand = new Set<string>();
    const company: string[] = [];
    await bench.queue.work(async (study) => {
      inHand.add(study);
      await delay(20);
      if (suspects.has(study) && inHand.size > 1) company.push(study);
      inHand.delete(study);
      return storedOutcome(study);
    });
    for (const id of ids) expect(await bench.ended(id)).toMatchObject({ state: 'stored' });
    expect(company).toEqual([]);
  });

  test('a study set aside is the watcher’s again once an analysis that somebody asked for has ended', async () => {
    await bench.open(SETTINGS);
    const study = someStudy();
    const watch = createWatchLedger(bench.database, await heldLease(bench.database));
    const at = new Date();
    const seen = { fingerprint: 'late images', firstSeenAt: at, changedAt: at, waitedMs: 0 };
    const fates = { submittedFingerprint: 'before', looksCutOff: 0, setAside: false };
    await watch.save({ studyInstanceUid: study, ...seen, ...fates }, null);
    const isAwaited = async () => (await watch.awaited()).some((one) => one.studyInstanceUid === study);
    const first = await bench.queue.submit(study, 'watch');
    await bench.database.query(
      `UPDATE spinegrade.analysis SET interruptions = 3, stage_interruptions = 3 WHERE id = $1`,
      [first.id],
    );
    let calls = 0;
    await bench.queue.work(async () => {
      calls += 1;
      return INELIGIBLE;
    });
    expect(await bench.ended(first.id)).toMatchObject({ state: 'failed', failure: { code: 'poison-study' } });
    expect(calls).toBe(0);
    expect([await isAwaited(), (await watch.find(study))?.setAside]).toEqual([false, true]);

    const asked = await bench.queue.submit(study, 'api');
    expect(await bench.ended(asked.id)).toMatchObject({ state: 'ineligible' });
    expect([await isAwaited(), (await watch.find(study))?.setAside]).toEqual([true, false]);
    // It began as a suspect.
    expect(await bench.columns(asked.id)).toMatchObject({ interruptions: 1, stage_interruptions: 1 });
  });
});
