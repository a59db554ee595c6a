import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deterministicUid } from '../src/dicom/deterministic-uid.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { ResultKind } from '../src/domain/result-object.ts';
import type { SopInstanceUid } from '../src/domain/uid.ts';
import { objectDifferences } from '../src/results/object-differences.ts';
import { parseObject, text } from '../src/results/parsed-object.ts';
import type { KeptResults, ResultOutbox } from '../src/results/result-outbox.ts';
import { nextResultUids, resultUids } from '../src/results/result-uids.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { storeResults } from '../src/results/store-results.ts';
import { composeReport, type ReportToCompose } from '../src/sr/encode/encode-report.ts';
import { composeKeyObjects } from '../src/sr/encode/key-object-selection.ts';
import { reportToCompose, STUDY_CONTEXT, STUDY_UID } from '../src/sr/report.fixture.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import { readReport } from './support/read-report.ts';
import { type StowServer, stowServer } from './support/stow-server.ts';

let ledger: TestLedger;
let outbox: ResultOutbox;
let server: StowServer;
let archive: ReturnType<typeof dicomWebArchive>;
let results: KeptResults;
let turn = 0;

beforeAll(async () => {
  ledger = await startTestLedger('embedded');
  outbox = sqlResultOutbox(ledger.database);
}, 120_000);
afterAll(() => ledger.close());
beforeEach(async () => {
  server = await stowServer((bytes) => text(parseObject(bytes), 'SOPInstanceUID'));
  archive = dicomWebArchive({
    url: server.dicomWebUrl,
    retry: { attempts: 2, firstDelayMs: 1, maxDelayMs: 1 },
  });
  results = await outbox.keep(composed(++turn));
});
afterEach(async () => {
  await archive.close();
  await server.close();
});

/** A report and a key object selection of one study. */
function composed(serial: number) {
  const identity = (kind: ResultKind) => resultUids(kind, `key ${serial}`);
  const sr = reportToCompose(identity('SR'));
  const ko = reportToCompose(identity('KO'));
  return {
    analysisKey: `key ${serial}`,
    studyInstanceUid: STUDY_UID,
    graded: sr.graded,
    predecessors: [],
    objects: [
      { kind: 'SR' as const, ...identity('SR'), bytes: composeReport(sr).bytes },
      { kind: 'KO' as const, ...identity('KO'), bytes: composeKeyObjects(ko, ko.graded)! },
    ],
  };
}

const store = () => storeResults({ archive, outbox, differences: objectDifferences }, results);
const uids = () => results.objects.map(({ sopInstanceUid }) => sopInstanceUid);
/** Bytes by their digest: what differs is then told in a line. */
const named = (objects: KeptResults['objects']) =>
  objects.map((object) => ({
    ...object,
    bytes: createHash('sha256').update(object.bytes).digest('hex'),
  }));
const keptNow = async () => (await outbox.find(results.analysisKey))!.objects;

describe('storing the objects of one analysis', () => {
  test('one request, each read back, noted with the archive’s reservations; then nothing more is sent', async () => {
    const [sr] = uids();
    server.fate = (uid) => ({ kind: 'stored', ...(uid === sr ? { warning: 0xb000 } : {}) });
    const stored = await store();
    expect(server.requests).toEqual([uids()]);
    expect(stored.objects).toMatchObject([
      { stored: true, warning: 'B000H coercion of data elements' },
      { stored: true, warning: null },
    ]);
    expect(named(await keptNow())).toEqual(named(stored.objects));
    expect(readReport(server.held.get(sr!)!).findings).toHaveLength(25);
    results = (await outbox.find(results.analysisKey))!;
    expect(named((await store()).objects)).toEqual(named(stored.objects));
    expect(server.requests).toHaveLength(1);
  });

  test('what is missing is sent again, what arrived is not', async () => {
    const [sr, ko] = uids();
    server.status = 202;
    server.fate = (uid) => (uid === ko ? { kind: 'failed', reason: 0x0110 } : { kind: 'stored' });
    await expect(store()).rejects.toMatchObject({
      retryable: true,
      message:
        'the archive did not take the key object selection: refused: 0110H processing failure (HTTP 202)',
    });
    expect((await keptNow()).map(({ stored }) => stored)).toEqual([true, false]);
    server.fate = () => ({ kind: 'stored' });
    await store();
    expect(server.requests).toEqual([[sr, ko], [ko]]);
    server.held.delete(sr!);
    await store();
    expect(server.requests.at(-1)).toEqual([sr]);
  });

  test('a second refusal for the same reason is final and quotes it; another reason counts anew', async () => {
    const [, ko] = uids();
    const refuse = (reason: number) => {
      server.fate = (uid) => (uid === ko ? { kind: 'failed', reason } : { kind: 'stored' });
    };
    refuse(0x0110);
    await expect(store()).rejects.toMatchObject({ retryable: true });
    refuse(0x0122);
    await expect(store()).rejects.toMatchObject({ retryable: true });
    await expect(store()).rejects.toMatchObject({
      retryable: false,
      message:
        'the archive did not take the key object selection: refused: 0122H SOP Class not supported (HTTP 200), 2 times',
    });
    // The report is there all the same, once.
    expect(server.requests.map((sent) => sent.length)).toEqual([2, 1, 1]);
    expect((await keptNow()).map(({ stored }) => stored)).toEqual([true, false]);
  });

  test('while one object may yet be taken, the refusal of another is not the last word', async () => {
    const [sr] = uids();
    server.fate = (uid) =>
      uid === sr ? { kind: 'failed', reason: 0xa700 } : { kind: 'failed', reason: 0xc122 };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(store()).rejects.toMatchObject({ retryable: true });
    }
    server.fate = (uid) => (uid === sr ? { kind: 'stored' } : { kind: 'failed', reason: 0xc122 });
    await expect(store()).rejects.toMatchObject({ retryable: false });
  });

  test('409 and a whole request without a word of the objects: refused; 200 without: tried on', async () => {
    server.fate = () => ({ kind: 'ignored' });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(store()).rejects.toMatchObject({ retryable: true });
    }
    server.status = 409;
    await expect(store()).rejects.toMatchObject({ retryable: true });
    await expect(store()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/not named in the store response \(HTTP 409\), 2 times$/),
    });
  });

  test('a duplicate that is refused and there all the same is stored', async () => {
    server.status = 409;
    server.fate = () => ({ kind: 'duplicate' });
    expect((await store()).objects.every(({ stored }) => stored)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('listed as stored while something else is kept, or nothing, does not count', async () => {
    const [sr] = uids();
    const other = composeReport(
      reportToCompose({ sopInstanceUid: sr!, seriesInstanceUid: deterministicUid('elsewhere') }),
    ).bytes;
    server.fate = (uid) => (uid === sr ? { kind: 'kept-otherwise', bytes: other } : { kind: 'stored' });
    await expect(store()).rejects.toMatchObject({
      retryable: false,
      message: 'the archive holds another object under the UID of the report: SeriesInstanceUID differ',
    });
  });
});

describe('objects that were there before', () => {
  /** The report under its own UIDs, otherwise composed. */
  const report = (changes: Partial<ReportToCompose> = {}) =>
    composeReport(
      reportToCompose({
        ...resultUids('SR', results.analysisKey),
        createdAt: new Date('2020-01-01T00:00:00Z'),
        ...changes,
      }),
    ).bytes;
  const plant = (bytes: Uint8Array) => server.held.set(results.objects[0]!.sopInstanceUid, bytes);
  const next = (uid: SopInstanceUid) => nextResultUids('SR', results.analysisKey, uid)!;

  test('what a lost ledger stored is taken for what it is, whatever its day and its predecessor', async () => {
    const [sr, ko] = uids();
    const predecessors = [
      { studyInstanceUid: STUDY_UID, seriesInstanceUid: '2.25.1', sopInstanceUid: '2.25.2' },
    ];
    const earlier = report({ predecessors });
    plant(earlier);
    const stored = await store();
    expect(server.requests).toEqual([[ko]]);
    expect(stored.objects.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([sr, ko]);
    expect(stored.objects).toMatchObject([{ stored: true, warning: null }, { stored: true }]);
    // Kept as the archive has it, so that it is sent again as it was, should the archive lose it.
    expect(named(await keptNow())).toEqual(named(stored.objects));
    expect(Buffer.compare((await keptNow())[0]!.bytes, earlier)).toBe(0);
    results = (await outbox.find(results.analysisKey))!;
    expect(named((await store()).objects)).toEqual(named(stored.objects));
    expect(server.requests).toHaveLength(1);
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
      () => composeKeyObjects(reportToCompose(resultUids('SR', results.analysisKey)), graded)!,
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
    const [sr, ko] = uids();
    const planted = make();
    plant(planted);
    const stored = await store();
    const moved = next(sr!);
    expect(server.requests).toEqual([[moved.sopInstanceUid, ko]]);
    expect(server.held.get(sr!)).toBe(planted);
    const [kept] = await keptNow();
    const warning = expect.stringMatching(/^result-uid-taken: /);
    expect(kept).toMatchObject({ ...moved, stored: true, warning });
    expect(stored.objects[0]).toEqual(kept);
    expect(stored.objects[1]!.warning).toBeNull();
    const read = readReport(server.held.get(moved.sopInstanceUid)!);
    expect(read).toMatchObject(moved);
    expect(read.findings).toHaveLength(25);
    // A report that comes after this one names it as it is stored.
    expect((await outbox.storedReports(STUDY_UID))[0]).toEqual(moved);
    results = (await outbox.find(results.analysisKey))!;
    expect(named((await store()).objects)).toEqual(named(stored.objects));
    expect(server.requests).toHaveLength(1);
  });

  test('one that took the place of ours after it was stored', async () => {
    const [sr] = uids();
    await store();
    results = (await outbox.find(results.analysisKey))!;
    const { createdAt, images } = reportToCompose();
    const planted = report({ images: images.slice(1), graded: gradedOfRest(), createdAt });
    plant(planted);
    const { objects } = await store();
    expect(objects[0]).toMatchObject({ ...next(sr!), stored: true });
    expect(server.held.get(sr!)).toBe(planted);
  });

  test('an earlier one of ours that had to get other UIDs is found under those', async () => {
    const [sr, ko] = uids();
    const moved = next(sr!);
    plant(Uint8Array.of(1));
    server.held.set(moved.sopInstanceUid, report(moved));
    const { objects } = await store();
    expect(objects[0]).toMatchObject({ ...moved, stored: true, warning: expect.any(String) });
    expect(server.requests).toEqual([[ko]]);
  });

  test('a series of that UID that holds something else', async () => {
    const [sr, ko] = results.objects;
    server.listed.set(sr!.seriesInstanceUid, ['2.25.99']);
    // Its own object, which the archive lists and does not give, is no stranger.
    server.listed.set(ko!.seriesInstanceUid, [ko!.sopInstanceUid]);
    const { objects } = await store();
    expect(objects).toMatchObject([next(sr!.sopInstanceUid), resultUids('KO', results.analysisKey)]);
    expect(objects.map(({ warning }) => warning?.split(':')[0])).toEqual(['result-uid-taken', undefined]);
  });

  test('when every UID is taken the others are stored, and it is told for good', async () => {
    const [sr, ko] = uids();
    for (let uid: SopInstanceUid | undefined = sr; uid !== undefined; ) {
      server.held.set(uid, Uint8Array.of(1));
      uid = nextResultUids('SR', results.analysisKey, uid)?.sopInstanceUid;
    }
    await expect(store()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/^the archive holds another object under the UID of the report: /),
    });
    expect(server.requests).toEqual([[ko]]);
    expect((await keptNow()).map(({ stored }) => stored)).toEqual([false, true]);
  });

  test('a UID that something outside the study has: after the second refusal the next one', async () => {
    const [sr] = uids();
    server.fate = (uid) => (uid === sr ? { kind: 'failed', reason: 0x0111 } : { kind: 'stored' });
    await expect(store()).rejects.toMatchObject({ retryable: true });
    await expect(store()).rejects.toMatchObject({ retryable: true });
    results = (await outbox.find(results.analysisKey))!;
    const { objects } = await store();
    expect(objects[0]).toMatchObject({ ...next(sr!), stored: true, warning: expect.any(String) });
  });

  test('an archive that alters what it is sent is not tried with one UID after another', async () => {
    const [sr] = uids();
    const altered = report({
      images: reportToCompose().images.slice(1),
      graded: gradedOfRest(),
      createdAt: reportToCompose().createdAt,
    });
    server.fate = (uid) => (uid === sr ? { kind: 'kept-otherwise', bytes: altered } : { kind: 'stored' });
    for (const _ of [1, 2]) await expect(store()).rejects.toMatchObject({ retryable: false });
    expect(server.requests).toHaveLength(1);
    expect(uids()[0]).toBe(sr);
  });
});
