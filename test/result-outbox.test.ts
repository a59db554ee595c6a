import { describe, expect, test } from 'vitest';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { LEDGER_KINDS } from './support/ledger-databases.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';
import { asKept, composeSample, GRADED, someStudy } from './support/ledger-sample.ts';

describe.each(LEDGER_KINDS)('the outbox of results on %s', (kind) => {
  const ledger = ledgerForTests(kind);

  test('keeps the first results of a key, to the byte, and marks each object stored', async () => {
    const outbox = sqlResultOutbox(ledger.database);
    const study = someStudy();
    const [first, second] = [composeSample(study), composeSample(study)];
    expect(second.objects[0]!.sopInstanceUid).not.toBe(first.objects[0]!.sopInstanceUid);
    expect(await outbox.keep(first)).toEqual(asKept(first, false));
    expect(await outbox.find(first.analysisKey)).toEqual(asKept(first, false));
    expect(await outbox.keep(second)).toEqual(asKept(first, false));
    await outbox.markStored(first.objects[1]!.sopInstanceUid, 'B000H coercion of data elements');
    const half = await outbox.find(first.analysisKey);
    expect(half?.objects).toMatchObject([
      { kind: 'SR', stored: false, warning: null },
      { kind: 'SC', stored: true, warning: 'B000H coercion of data elements' },
    ]);
    expect(half?.graded).toEqual(GRADED);
    expect(await outbox.find('unknown')).toBeNull();
  });

  test('tells the reports of a study that the archive has, the latest first', async () => {
    const outbox = sqlResultOutbox(ledger.database);
    const study = someStudy();
    const three = ['a', 'b', 'c'].map((analysisKey) => ({
      ...composeSample(study),
      analysisKey: `${study} ${analysisKey}`,
    }));
    for (const results of three) await outbox.keep(results);
    expect(await outbox.storedReports(study)).toEqual([]);
    for (const { objects } of three.slice(0, 2)) {
      for (const { sopInstanceUid } of objects) await outbox.markStored(sopInstanceUid, null);
    }
    const references = three.map(({ objects: [report] }) => ({
      seriesInstanceUid: report!.seriesInstanceUid,
      sopInstanceUid: report!.sopInstanceUid,
    }));
    expect(await outbox.storedReports(study)).toEqual([references[1], references[0]]);
    // Stored before, found again: its place in the order stays.
    await outbox.markStored(references[0]!.sopInstanceUid, null);
    expect(await outbox.storedReports(study)).toEqual([references[1], references[0]]);
    const next = await outbox.keep({ ...three[2]!, analysisKey: 'd', objects: [], predecessors: references });
    expect(next.predecessors).toEqual(references);
  });

  test('counts refusals of an object for one reason, and forgets them once it is stored', async () => {
    const outbox = sqlResultOutbox(ledger.database);
    const { objects } = await outbox.keep(composeSample(someStudy()));
    const [{ sopInstanceUid: uid }, { sopInstanceUid: other }] = objects as [
      (typeof objects)[0],
      (typeof objects)[0],
    ];
    expect(await outbox.noteRefusal(uid, '0110H')).toBe(1);
    expect(await outbox.noteRefusal(other, '0110H')).toBe(1);
    expect(await outbox.noteRefusal(uid, '0122H')).toBe(1);
    expect(await outbox.noteRefusal(uid, '0122H')).toBe(2);
    await outbox.markStored(uid, null);
    expect(await outbox.noteRefusal(uid, '0122H')).toBe(1);
  });
});
