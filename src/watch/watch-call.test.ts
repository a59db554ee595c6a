import { describe, expect, test } from 'vitest';
import { heldLease } from '../../test/support/held-lease.ts';
import { ledgerForTests } from '../../test/support/ledger-for-tests.ts';
import { someStudy } from '../../test/support/ledger-sample.ts';
import { A, hospital, MINUTE } from './hospital.fixture.ts';
import { callWatcher, isCall } from './watch-call.ts';
import { createWatchLedger } from './watch-ledger.ts';

/** Calls the hospital's watcher, as `callWatcher` does in a database. */
function call({ saved }: ReturnType<typeof hospital>, study = A) {
  const at = new Date(0);
  const fates = { submittedFingerprint: null, looksCutOff: 0, setAside: false };
  const known = saved.get(study) ?? { firstSeenAt: at, changedAt: at, waitedMs: 0, ...fates };
  saved.set(study, { ...known, studyInstanceUid: study, fingerprint: `called ${saved.size}.${++calls}` });
}
let calls = 0;

describe('a study that the watcher is called for', () => {
  test('is looked at though no poll lists it, and submitted once, when it is complete', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.unlisted.add(A);
    call(world);
    await world.run(20, (minute) => {
      if (minute <= 4) world.put(A, '1', 10 + minute);
      if (minute <= 9) call(world);
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 7 }]);
    expect(world.waitedMs).toEqual([7 * MINUTE]);
    expect(world.kinds().filter((kind) => kind !== 'poll-completed')).toEqual([
      'study-noticed',
      ...Array.from({ length: 4 }, () => 'study-changed'),
    ]);
    expect(isCall(world.saved.get(A)!.fingerprint)).toBe(false);
  });

  test('is not submitted again where nothing came, and is where something did', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.unlisted.add(A);
    call(world);
    await world.run(60, (minute) => {
      if (minute === 20) call(world);
      if (minute === 40) {
        world.put(A, '1', 12);
        call(world);
      }
    });
    expect(world.submitted.map(({ minute }) => minute)).toEqual([3, 43]);
    expect(world.kinds().filter((kind) => kind === 'study-changed')).toHaveLength(1);
  });

  test('a call in the middle of the look that submits it is not lost', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.unlisted.add(A);
    call(world);
    let late = true;
    // The roles are asked after the series were listed and before it is remembered that it was submitted.
    Object.defineProperty(world, 'roles', {
      get() {
        if (late) {
          world.put(A, '1', 11);
          call(world);
        }
        late = false;
        return true;
      },
    });
    await world.run(20);
    expect(world.submitted.map(({ minute }) => minute)).toEqual([3, 7]);
  });

  test('without MR series it is let go of; one that is not listed yet, once it had its quiet time', async () => {
    const world = hospital();
    world.put(A, '1', 10, 'CT');
    world.unlisted.add(A);
    call(world);
    await world.run(2);
    expect([world.saved.size, world.looks.length]).toEqual([0, 1]);
    const empty = hospital();
    call(empty);
    await empty.run(20);
    expect([empty.saved.size, empty.looks.length, empty.submitted.length]).toEqual([0, 4, 0]);
    const late = hospital();
    call(late);
    late.unlisted.add(A);
    await late.run(20, (minute) => {
      if (minute === 2) late.put(A, '1', 10);
    });
    expect(late.submitted).toEqual([{ study: A, why: 'complete', minute: 5 }]);
    expect(late.kinds()).toContain('study-noticed');
  });
});

describe('a call in the database', () => {
  const ledger = ledgerForTests('embedded');

  test('makes any study awaited, however often it is called, and outlives a look that began before', async () => {
    const { database } = ledger;
    const watch = createWatchLedger(database, await heldLease(database));
    const [known, fresh] = [someStudy(), someStudy()];
    const at = new Date();
    const seen = { studyInstanceUid: known, fingerprint: 'a', firstSeenAt: at, changedAt: at };
    const fates = { waitedMs: 5, submittedFingerprint: 'a', looksCutOff: 0, setAside: false };
    await watch.save({ ...seen, ...fates }, null);
    expect(await watch.awaited()).toEqual([]);
    await callWatcher(database, [known, fresh, known]);
    await callWatcher(database, [known]);
    expect((await watch.awaited()).map((one) => one.studyInstanceUid).toSorted()).toEqual(
      [known, fresh].toSorted(),
    );
    const called = (await watch.find(known))!;
    expect(called).toMatchObject({ submittedFingerprint: 'a', waitedMs: 0 });
    await watch.save({ ...seen, ...fates, fingerprint: 'b', submittedFingerprint: 'b' }, 'a');
    expect(await watch.find(known)).toMatchObject({
      fingerprint: called.fingerprint,
      submittedFingerprint: 'b',
    });
    await watch.forget(fresh, 'a');
    expect(await watch.find(fresh)).not.toBeNull();
    await watch.forget(fresh, (await watch.find(fresh))!.fingerprint);
    expect(await watch.find(fresh)).toBeNull();
  });
});
