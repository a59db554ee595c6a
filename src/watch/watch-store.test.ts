import { describe, expect, test } from 'vitest';
import { heldLease } from '../../test/support/held-lease.ts';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { ledgerForTests } from '../../test/support/ledger-for-tests.ts';
import { someStudy } from '../../test/support/ledger-sample.ts';
import { createWatchLedger } from './watch-ledger.ts';

describe.each(LEDGER_KINDS)('what the watcher remembers on %s', (kind) => {
  const ledger = ledgerForTests(kind);

  test('remembers the watched studies, the awaited ones apart, and the cursor', async () => {
    const watch = createWatchLedger(ledger.database, await heldLease(ledger.database));
    expect(await watch.cursor()).toBeNull();
    const at = new Date('2024-05-06T07:08:09.123Z');
    await watch.saveCursor(new Date(0));
    await watch.saveCursor(at);
    expect(await watch.cursor()).toEqual(at);

    const study = {
      studyInstanceUid: someStudy(),
      fingerprint: 'a',
      firstSeenAt: at,
      changedAt: at,
      waitedMs: 1.5,
      looksCutOff: 0,
      setAside: false,
    };
    await watch.save({ ...study, submittedFingerprint: null }, null);
    expect(await watch.awaited()).toEqual([{ ...study, submittedFingerprint: null }]);
    await watch.save({ ...study, submittedFingerprint: 'a' }, 'a');
    expect(await watch.awaited()).toEqual([]);
    const changed = { ...study, fingerprint: 'b', changedAt: new Date(), submittedFingerprint: 'a' };
    await watch.save(changed, 'a');
    expect(await watch.find(study.studyInstanceUid)).toEqual(changed);
    expect(await watch.awaited()).toEqual([changed]);
    expect(await watch.find(someStudy())).toBeNull();
  });
});
