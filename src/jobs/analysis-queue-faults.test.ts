import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_KINDS, startTestLedger, type TestLedger } from '../../test/support/ledger-databases.ts';
import { recordingEvents } from '../../test/support/ledger-events.ts';
import { openTestQueue, type TestQueue } from '../../test/support/ledger-queue.ts';
import { INELIGIBLE, someStudy, storedOutcome } from '../../test/support/ledger-sample.ts';
import { ArchiveError } from '../dicomweb/archive.ts';
import { archiveGate } from '../dicomweb/archive-gate.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import { createWatchLedger } from '../watch/watch-ledger.ts';
import { openAnalysis } from './ledger/open-analysis.ts';

const SETTINGS = { concurrency: 2, retryLimit: 1, retryDelayMs: 5, timeoutMs: 60_000 };
const unreachable = new ArchiveError('ECONNREFUSED', { retryable: true, code: 'archive-unreachable' });
const forbidden = new ArchiveError('HTTP 403', { retryable: true, code: 'archive-refuses-credentials' });

describe.each(LEDGER_KINDS)('faults that are not the study’s, on %s', (kind) => {
  let ledger: TestLedger;
  let queue: TestQueue;
  let recorded: ReturnType<typeof recordingEvents>;
  let gate: ReturnType<typeof archiveGate>;
  /** What the archive answers, to a probe and to everything else; null: as it should. */
  let answer: Error | null = null;

  beforeAll(async () => {
    ledger = await startTestLedger(kind);
  }, 180_000);
  afterAll(() => ledger.close());
  afterEach(close);

  async function open(settings = SETTINGS) {
    answer = null;
    recorded = recordingEvents();
    gate = archiveGate({
      archive: {
        async ping() {
          if (answer) throw answer;
        },
      },
      onChange: recorded.events.archiveAway,
      firstProbeMs: 10,
      longestProbeMs: 10,
    });
    queue = await openTestQueue(ledger.database, recorded.events, settings, gate);
  }
  async function close() {
    await queue.stop({ timeoutMs: 0 });
    await gate.close();
  }
  async function until<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean) {
    for (;;) {
      const value = await read();
      if (holds(value)) return value;
      await delay(10);
    }
  }
  const ended = (id: string) =>
    until(
      () => queue.find(id),
      (record) => record!.finishedAt !== null,
    );
  const told = (event: string) => recorded.lines.filter((line) => line['event'] === event);
  const columns = async (id: string) => {
    const { rows } = await ledger.database.query<Record<string, unknown>>(
      'SELECT * FROM spinegrade.analysis WHERE id = $1',
      [id],
    );
    return rows[0]!;
  };

  test('an archive that is away costs nothing: nothing is taken, no attempt counts, and all is done when it is back', async () => {
    await open();
    let runs = 0;
    await queue.work(async (study) => {
      runs += 1;
      if (answer) throw answer;
      return storedOutcome(study);
    });
    answer = unreachable;
    const ids = [];
    for (let study = 0; study < 6; study += 1) ids.push((await queue.submit(someStudy(), 'watch')).id);
    await until(
      async () => gate.closed,
      (closed) => closed !== null,
    );
    // Longer than all the tries and waits of a study together.
    await delay(300);
    expect(runs).toBeLessThanOrEqual(SETTINGS.concurrency);
    expect(told('archive-away')).toHaveLength(1);
    expect(await recorded.registry.metrics()).toContain('spinegrade_archive_available 0');
    for (const id of ids) {
      const record = await queue.find(id);
      expect(record).toMatchObject({
        state: 'queued',
        failure: { code: 'archive-unreachable', retryable: true },
      });
      expect(await columns(id)).toMatchObject({ faults: 0 });
    }
    const late = await queue.submit(someStudy(), 'api');
    expect(late.created).toBe(true);

    answer = null;
    for (const id of [...ids, late.id])
      expect(await ended(id)).toMatchObject({ state: 'stored', failure: null });
    expect(told('analysis-failed')).toEqual([]);
    expect(await recorded.registry.metrics()).toContain('spinegrade_archive_available 1');
  });

  test('stopped while the archive is away, the queue rests at once and loses nothing', async () => {
    await open();
    answer = unreachable;
    await gate.isAway(unreachable, new AbortController().signal);
    const { id } = await queue.submit(someStudy(), 'api');
    await queue.work(async (study) => storedOutcome(study));
    await delay(50);
    await close();
    await open();
    expect(await queue.find(id)).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    await queue.work(async (study) => storedOutcome(study));
    expect(await ended(id)).toMatchObject({ state: 'stored', attempts: 1 });
  });

  test('a fault of one study, the archive being there, counts as ever', async () => {
    await open();
    await queue.work(async () => {
      throw unreachable;
    });
    const { id } = await queue.submit(someStudy(), 'api');
    expect(await ended(id)).toMatchObject({ state: 'failed', attempts: 2, failure: { retryable: true } });
    expect(gate.closed).toBeNull();
  });

  test('a request that the archive forbids waits for somebody to allow it', async () => {
    await open();
    let allowed = false;
    await queue.work(async (study) => {
      if (!allowed) throw forbidden;
      return storedOutcome(study);
    });
    const { id } = await queue.submit(someStudy(), 'watch');
    const waiting = await until(
      () => queue.find(id),
      (record) => record!.attempts > SETTINGS.retryLimit + 1,
    );
    expect(waiting).toMatchObject({ failure: { code: 'archive-refuses-credentials', retryable: true } });
    allowed = true;
    expect(await ended(id)).toMatchObject({ state: 'stored' });
  });

  describe('a process that ends', () => {
    /** As if the process had ended in the middle of it: the ledger says so, and the queue is opened anew. */
    async function crash(study: StudyInstanceUid, stage: string | null) {
      await ledger.database.query(
        `UPDATE spinegrade.analysis SET state = 'running', stage = $2, stopping = false
         WHERE study_instance_uid = $1 AND state IN ('queued', 'running')`,
        [study, stage],
      );
      await queue.stop({ timeoutMs: 0 });
      await gate.close();
      await open();
    }
    const storing: AnalyzeStudy = async (study) => storedOutcome(study);
    /** Of the failed analysis, its state and reason. */
    async function outcome(id: string) {
      await queue.work(storing);
      const record = await ended(id);
      return { state: record!.state, failure: record!.failure };
    }

    // Where processes share the database, the next to take the job notices: see the last two tests.
    test.runIf(kind === 'embedded')(
      'three times in one stage: the study is set aside and told of',
      async () => {
        await open();
        const study = someStudy();
        const { id } = await queue.submit(study, 'watch');
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
        expect(told('study-set-aside')).toMatchObject([{ code: 'poison-study', study, where: 'analysis' }]);
        expect(await recorded.registry.metrics()).toContain(
          'spinegrade_studies_set_aside_total{where="analysis"} 1',
        );
      },
    );

    test.runIf(kind === 'embedded')('once in each stage: it was the process, not the study', async () => {
      await open();
      const study = someStudy();
      const { id } = await queue.submit(study, 'watch');
      for (const stage of ['select', 'fetch', 'localise', 'classify', 'report', 'store']) {
        await crash(study, stage);
      }
      expect(await outcome(id)).toMatchObject({ state: 'stored' });
    });

    test('being told to stop is held against nobody, even where the process is gone before it put them back', async () => {
      await open();
      const study = someStudy();
      const begun = Promise.withResolvers<void>();
      await queue.work(async (uid, { signal }) => {
        begun.resolve();
        await delay(60_000, undefined, { signal }).catch(() => undefined);
        return storedOutcome(uid);
      });
      const { id } = await queue.submit(study, 'watch');
      await begun.promise;
      const stopped = queue.stop({ timeoutMs: 200 });
      await until(
        () => columns(id),
        (row) => row['stopping'] === true,
      );
      await stopped;
      // What the ledger would hold had the process been ended meanwhile.
      await ledger.database.query(`UPDATE spinegrade.analysis SET state = 'running' WHERE id = $1`, [id]);
      await open();
      await queue.work(storing);
      expect(await ended(id)).toMatchObject({ state: 'stored' });
      expect(await columns(id)).toMatchObject({ interruptions: 0 });
    });

    test('suspects are taken up one at a time, and alone', async () => {
      await open();
      const studies = [someStudy(), someStudy(), someStudy(), someStudy()];
      const ids = [];
      for (const study of studies) ids.push((await queue.submit(study, 'watch')).id);
      await ledger.database.query(
        `UPDATE spinegrade.analysis SET interruptions = 1 WHERE id = ANY($1::uuid[])`,
        [ids.slice(0, 2)],
      );
      const suspects = new Set(studies.slice(0, 2));
      const inHand = new Set<string>();
      const company: string[] = [];
      await queue.work(async (study) => {
        inHand.add(study);
        await delay(20);
        if (suspects.has(study) && inHand.size > 1) company.push(study);
        inHand.delete(study);
        return storedOutcome(study);
      });
      for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'stored' });
      expect(company).toEqual([]);
    });

    test('a study set aside is the watcher’s again once an analysis that somebody asked for has ended', async () => {
      await open();
      const study = someStudy();
      const watch = createWatchLedger(ledger.database, { longestLookMs: 60_000 });
      const at = new Date();
      await watch.save({
        studyInstanceUid: study,
        fingerprint: 'late images',
        firstSeenAt: at,
        changedAt: at,
        waitedMs: 0,
        submittedFingerprint: 'before',
        looksCutOff: 0,
        setAside: false,
      });
      const isAwaited = async () => (await watch.awaited()).some((one) => one.studyInstanceUid === study);
      const first = await queue.submit(study, 'watch');
      await ledger.database.query(
        `UPDATE spinegrade.analysis SET interruptions = 3, stage_interruptions = 3 WHERE id = $1`,
        [first.id],
      );
      let calls = 0;
      await queue.work(async () => {
        calls += 1;
        return INELIGIBLE;
      });
      expect(await ended(first.id)).toMatchObject({ state: 'failed', failure: { code: 'poison-study' } });
      expect(calls).toBe(0);
      expect([await isAwaited(), (await watch.find(study))?.setAside]).toEqual([false, true]);

      const asked = await queue.submit(study, 'api');
      expect(await ended(asked.id)).toMatchObject({ state: 'ineligible' });
      expect([await isAwaited(), (await watch.find(study))?.setAside]).toEqual([true, false]);
      // It began as a suspect.
      expect(await columns(asked.id)).toMatchObject({ interruptions: 1, stage_interruptions: 1 });
    });
  });

  test('a retry put off by a clock that stood in the future begins now', async () => {
    await open();
    const { id, jobId } = await ledger.database.transaction((sql) => openAnalysis(sql, someStudy(), 'api'));
    await queue.stop({ timeoutMs: 0 });
    await gate.close();
    await open();
    await ledger.database.query(`UPDATE spinegrade_jobs.job SET start_after = now() + interval '1 year'`);
    await queue.stop({ timeoutMs: 0 });
    await gate.close();
    await open();
    await queue.work(async (study) => storedOutcome(study));
    expect(await ended(id)).toMatchObject({ state: 'stored' });
    expect(jobId).not.toBe(String((await columns(id))['job_id']));
  });
});
