import { describe, expect, test } from 'vitest';
import type { SopInstanceUid } from '../src/domain/uid.ts';
import { nextResultUids, resultUids } from '../src/results/result-uids.ts';
import { composeReport, type ReportToCompose } from '../src/sr/encode/encode-report.ts';
import { composeKeyObjects } from '../src/sr/encode/key-object-selection.ts';
import { reportToCompose, STUDY_CONTEXT, STUDY_UID } from '../src/sr/report.fixture.ts';
import { readReport } from './support/read-report.ts';
import { named, storeBench } from './support/store-bench.ts';

const bench = storeBench();

describe('objects that were there before', () => {
  /** The report under its own UIDs, otherwise composed. */
  const report = (changes: Partial<ReportToCompose> = {}) =>
    composeReport(
      reportToCompose({
        ...resultUids('SR', bench.results.analysisKey),
        createdAt: new Date('2020-01-01T00:00:00Z'),
        ...changes,
      }),
    ).bytes;
  const plant = (bytes: Uint8Array) => bench.server.held.set(bench.results.objects[0]!.sopInstanceUid, bytes);
  const next = (uid: SopInstanceUid) => nextResultUids('SR', bench.results.analysisKey, uid)!;

  test('what a lost ledger stored is taken for what it is, whatever its day and its predecessor', async () => {
    const [sr, ko] = bench.uids();
    const predecessors = [
      { studyInstanceUid: STUDY_UID, seriesInstanceUid: '2.25.1', sopInstanceUid: '2.25.2' },
    ];
    const earlier = report({ predecessors });
    plant(earlier);
    const stored = await bench.store();
    expect(bench.server.requests).toEqual([[ko]]);
    expect(stored.objects.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([sr, ko]);
    expect(stored.objects).toMatchObject([{ stored: true, warning: null }, { stored: true }]);
    // Kept as the archive has it, so that it is sent again as it was, should the archive lose it.
    expect(named(await bench.keptNow())).toEqual(named(stored.objects));
    expect(Buffer.compare((await bench.keptNow())[0]!.bytes!, earlier)).toBe(0);
    await bench.readAgain();
    expect(named((await bench.store()).objects)).toEqual(named(stored.objects));
    expect(bench.server.requests).toHaveLength(1);
  });

  const { graded } = reportToCompose();
  const foreign: readonly (readonly [string, () => Uint8Array])[] = [
    [
      'of another patient',
      () => report({ studyContext: { ...STUDY_CONTEXT, '00100020': { vr: 'LO', Value: ['X'] } } }),
    ],
    [
      'by another pack',
      () =>
        report({ graded: { ...graded, algorithm: { ...graded.algorithm, packSha256: 'cd'.repeat(32) } } }),
    ],
    ['with other words', () => report({ graded: { ...graded, warnings: ['All is well.'] } })],
    ['of other images', () => report({ images: reportToCompose().images.slice(1), graded: gradedOfRest() })],
    [
      'of another kind',
      () => composeKeyObjects(reportToCompose(resultUids('SR', bench.results.analysisKey)), graded)!,
    ],
    ['cut off', () => report().slice(0, -200)],
    ['that is none', () => Uint8Array.from(Buffer.from('no object'))],
  ];
  /** Findings of the fixture that do not lie on its first image. */
  const gradedOfRest = () => {
    const [first] = reportToCompose().images;
    const findings = graded.findings.filter(
      ({ location }) => location?.image.sopInstanceUid !== first!.reference.sopInstanceUid,
    );
    return { ...graded, findings };
  };
  test.each(foreign)('an object %s stays as it is; ours gets other UIDs, with a warning', async (_, make) => {
    const [sr, ko] = bench.uids();
    const planted = make();
    plant(planted);
    const stored = await bench.store();
    const moved = next(sr!);
    expect(bench.server.requests).toEqual([[moved.sopInstanceUid, ko]]);
    expect(bench.server.held.get(sr!)).toBe(planted);
    const [kept] = await bench.keptNow();
    const warning = expect.stringMatching(/^result-uid-taken: /);
    expect(kept).toMatchObject({ ...moved, stored: true, warning });
    expect(stored.objects[0]).toEqual(kept);
    expect(stored.objects[1]!.warning).toBeNull();
    const read = readReport(bench.server.held.get(moved.sopInstanceUid)!);
    expect(read).toMatchObject(moved);
    expect(read.findings).toHaveLength(25);
    // A report that comes after this one names it as it is stored.
    expect((await bench.outbox.storedReports(STUDY_UID))[0]).toEqual(moved);
    await bench.readAgain();
    expect(named((await bench.store()).objects)).toEqual(named(stored.objects));
    expect(bench.server.requests).toHaveLength(1);
  });

  test('one that took the place of ours after it was stored', async () => {
    const [sr] = bench.uids();
    await bench.store();
    await bench.readAgain();
    const { createdAt, images } = reportToCompose();
    const planted = report({ images: images.slice(1), graded: gradedOfRest(), createdAt });
    plant(planted);
    const { objects } = await bench.store();
    expect(objects[0]).toMatchObject({ ...next(sr!), stored: true });
    expect(bench.server.held.get(sr!)).toBe(planted);
  });

  test('an earlier one of ours that had to get other UIDs is found under those', async () => {
    const [sr, ko] = bench.uids();
    const moved = next(sr!);
    plant(Uint8Array.of(1));
    bench.server.held.set(moved.sopInstanceUid, report(moved));
    const { objects } = await bench.store();
    expect(objects[0]).toMatchObject({ ...moved, stored: true, warning: expect.any(String) });
    expect(bench.server.requests).toEqual([[ko]]);
  });

  test('a series of that UID that holds something else', async () => {
    const [sr, ko] = bench.results.objects;
    bench.server.listed.set(sr!.seriesInstanceUid, ['2.25.99']);
    // Its own object, which the archive lists and does not give, is no stranger.
    bench.server.listed.set(ko!.seriesInstanceUid, [ko!.sopInstanceUid]);
    const { objects } = await bench.store();
    expect(objects).toMatchObject([next(sr!.sopInstanceUid), resultUids('KO', bench.results.analysisKey)]);
    expect(objects.map(({ warning }) => warning?.split(':')[0])).toEqual(['result-uid-taken', undefined]);
  });

  test('when every UID is taken the others are stored, and it is told for good', async () => {
    const [sr, ko] = bench.uids();
    for (let uid: SopInstanceUid | undefined = sr; uid !== undefined; ) {
      bench.server.held.set(uid, Uint8Array.of(1));
      uid = nextResultUids('SR', bench.results.analysisKey, uid)?.sopInstanceUid;
    }
    await expect(bench.store()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/^the archive holds another object under the UID of the report: /),
    });
    expect(bench.server.requests).toEqual([[ko]]);
    expect((await bench.keptNow()).map(({ stored }) => stored)).toEqual([false, true]);
  });

  test('a UID that something outside the study has: after the second refusal the next one', async () => {
    const [sr] = bench.uids();
    bench.server.fate = (uid) => (uid === sr ? { kind: 'failed', reason: 0x0111 } : { kind: 'stored' });
    await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    await bench.readAgain();
    const { objects } = await bench.store();
    expect(objects[0]).toMatchObject({ ...next(sr!), stored: true, warning: expect.any(String) });
  });

  test('an archive that alters what it is sent is not tried with one UID after another', async () => {
    const [sr] = bench.uids();
    const altered = report({
      images: reportToCompose().images.slice(1),
      graded: gradedOfRest(),
      createdAt: reportToCompose().createdAt,
    });
    bench.server.fate = (uid) =>
      uid === sr ? { kind: 'kept-otherwise', bytes: altered } : { kind: 'stored' };
    for (const _ of [1, 2]) await expect(bench.store()).rejects.toMatchObject({ retryable: false });
    expect(bench.server.requests).toHaveLength(1);
    expect(bench.uids()[0]).toBe(sr);
  });
});
