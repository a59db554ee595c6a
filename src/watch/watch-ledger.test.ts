import { describe, expect, test } from 'vitest';
import { heldLease } from '../../test/support/held-lease.ts';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { ledgerForTests } from '../../test/support/ledger-for-tests.ts';
import { someStudy } from '../../test/support/ledger-sample.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { analysesOfStudy } from '../jobs/ledger/find-analyses.ts';
import { NotActingError } from './watch-lease.ts';
import { createWatchLedger } from './watch-ledger.ts';
import type { WatchedStudy } from './watch-store.ts';

describe.each(LEDGER_KINDS)('the watcher’s memory on %s', (kind) => {
  const ledger = ledgerForTests(kind);

  const seen = (study: StudyInstanceUid): WatchedStudy => ({
    studyInstanceUid: study,
    fingerprint: 'a',
    firstSeenAt: new Date(),
    changedAt: new Date(),
    waitedMs: 0,
    submittedFingerprint: null,
    looksCutOff: 0,
    setAside: false,
  });
  /** Each is the memory of a process of its own, which has taken over from the one before. */
  const ofProcess = async () => createWatchLedger(ledger.database, await heldLease(ledger.database));

  test('a look that ends leaves nothing behind, whole or not', async () => {
    const watch = await ofProcess();
    const study = someStudy();
    await watch.save(seen(study), null);
    for (const whole of [true, false]) {
      expect(await watch.beginLook(study)).toBe(true);
      await watch.endLook(study, whole);
    }
    expect(await (await ofProcess()).countCutOffLooks()).toEqual([]);
    expect(await watch.find(study)).toEqual(expect.objectContaining({ looksCutOff: 0, setAside: false }));
  });

  test('looks cut off are counted by the next process, and the third sets the study aside, for the API to see', async () => {
    const [study, innocent] = [someStudy(), someStudy()];
    await (await ofProcess()).save(seen(study), null);
    await (await ofProcess()).save(seen(innocent), null);
    for (const crash of [1, 2, 3]) {
      const dying = await ofProcess();
      expect(await dying.beginLook(study)).toBe(true);
      if (crash === 1) await dying.beginLook(innocent);
      const next = await ofProcess();
      expect(await next.countCutOffLooks()).toEqual(crash === 3 ? [study] : []);
      expect(await next.find(study)).toMatchObject({ looksCutOff: crash, setAside: crash === 3 });
    }
    const watch = await ofProcess();
    const awaited = (await watch.awaited()).map(({ studyInstanceUid }) => studyInstanceUid);
    expect([awaited.includes(study), awaited.includes(innocent)]).toEqual([false, true]);
    const failure = {
      stage: null,
      code: 'poison-study',
      reason: 'the process ended 3 times while its images were looked at',
      retryable: false,
    };
    expect(await analysesOfStudy(ledger.database, study)).toMatchObject([{ state: 'failed', failure }]);
    // Saving what the watcher sees of it does not take it back.
    await watch.save({ ...seen(study), fingerprint: 'b' }, seen(study).fingerprint);
    expect(await watch.find(study)).toMatchObject({ looksCutOff: 3, setAside: true });

    await watch.beginLook(innocent);
    await watch.endLook(innocent, true);
    expect(await watch.find(innocent)).toMatchObject({ looksCutOff: 0 });
  });

  test('who was taken over from writes nothing more, whatever it was about to write', async () => {
    const before = await ofProcess();
    const [known, late] = [someStudy(), someStudy()];
    await before.save(seen(known), null);
    await before.saveCursor(new Date(0));
    const watch = await ofProcess();
    for (const write of [
      () => before.save(seen(late), null),
      () => before.saveCursor(new Date(1)),
      () => before.beginLook(known),
      () => before.countCutOffLooks(),
    ]) {
      await expect(write()).rejects.toThrow(NotActingError);
    }
    expect(await watch.find(late)).toBeNull();
    expect(await watch.cursor()).toEqual(new Date(0));
    expect(await watch.beginLook(known)).toBe(true);
  });

  describe('what failed for now', () => {
    /** A watched study with an analysis that ended `minutesAgo` minutes ago, a negative number being in the future. */
    async function analysed(state: string, retryable: boolean, minutesAgo: number, study = someStudy()) {
      await (await ofProcess()).save(seen(study), null);
      await ledger.database.query(
        `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, failure, created_at, finished_at, job_id)
         VALUES (gen_random_uuid(), $1, 'watch', $2, $3, now() - make_interval(mins => $4::int),
           now() - make_interval(mins => $4::int), gen_random_uuid())`,
        [study, state, JSON.stringify({ stage: 'fetch', code: null, reason: '', retryable }), minutesAgo],
      );
      return study;
    }
    const due = async (...studies: string[]) => {
      const all = await (await ofProcess()).failedForNow();
      return studies.map((study) => all.includes(study as StudyInstanceUid));
    };

    test('is due after a quarter of an hour; what no retry mends, what was set aside and what nobody watches never', async () => {
      const lasting = await analysed('failed', false, 60);
      const recent = await analysed('failed', true, 14);
      const passing = await analysed('failed', true, 16);
      const unwatched = await analysed('failed', true, 16);
      await ledger.database.query(`DELETE FROM spinegrade.watched_study WHERE study_instance_uid = $1`, [
        unwatched,
      ]);
      const aside = await analysed('failed', true, 16);
      await ledger.database.query(
        `UPDATE spinegrade.watched_study SET set_aside = true WHERE study_instance_uid = $1`,
        [aside],
      );
      const { length } = [lasting, recent, passing, unwatched, aside];
      expect(await due(lasting, recent, passing, unwatched, aside)).toEqual(
        Array.from({ length }, (_, index) => index === 2),
      );
    });

    test('waits twice as long each time, a day at most, and is given up after ten', async () => {
      const twice = await analysed('failed', true, 100);
      await analysed('failed', true, 29, twice);
      const thrice = await analysed('failed', true, 200);
      for (const minutesAgo of [150, 61]) await analysed('failed', true, minutesAgo, thrice);
      const often = await analysed('failed', true, 50_000);
      for (let failure = 2; failure <= 10; failure += 1) {
        await analysed('failed', true, 20_000 - 1000 * failure, often);
      }
      expect(await due(twice, thrice, often)).toEqual([false, true, true]);
      await analysed('failed', true, 5000, often);
      expect(await due(often)).toEqual([false]);
    });

    test('is no more once another analysis is open or has ended', async () => {
      const stored = await analysed('failed', true, 60);
      await analysed('stored', false, 30, stored);
      const open = await analysed('failed', true, 60);
      await analysed('queued', false, 30, open);
      expect(await due(stored, open)).toEqual([false, false]);
    });

    test('a failure that a clock in the future dated is due', async () => {
      const study = await analysed('failed', true, -600_000);
      expect(await due(study)).toEqual([true]);
    });
  });
});
