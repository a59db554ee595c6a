import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { storeResults } from '../src/dicomweb/store-results.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../src/domain/uid.ts';
import { deterministicUid } from '../src/imaging/deterministic-uid.ts';
import { createResultOutbox } from '../src/jobs/result-outbox.ts';
import type { KeptResults, ResultOutbox } from '../src/result-outbox.ts';
import { composeReport } from '../src/sr/encode-report.ts';
import { composeKeyObjects } from '../src/sr/key-object-selection.ts';
import { objectDifferences } from '../src/sr/object-differences.ts';
import { parseObject, text } from '../src/sr/parsed-object.ts';
import { readReport } from '../src/sr/read-report.ts';
import { reportToCompose, STUDY_UID } from '../src/sr/report-fixture.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import { type StowServer, stowServer } from './support/stow-server.ts';

let ledger: TestLedger;
let outbox: ResultOutbox;
let server: StowServer;
let archive: ReturnType<typeof dicomWebArchive>;
let results: KeptResults;
let turn = 0;

beforeAll(async () => {
  ledger = await startTestLedger('embedded');
  outbox = createResultOutbox(ledger.database);
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
  const identity = (kind: string) => ({
    seriesInstanceUid: deterministicUid<SeriesInstanceUid>(kind, 'series', String(serial)),
    sopInstanceUid: deterministicUid<SopInstanceUid>(kind, String(serial)),
  });
  const sr = reportToCompose(identity('sr'));
  const ko = reportToCompose(identity('ko'));
  return {
    analysisKey: `key ${serial}`,
    studyInstanceUid: STUDY_UID,
    graded: sr.graded,
    predecessors: [],
    objects: [
      { kind: 'SR' as const, ...identity('sr'), bytes: composeReport(sr).bytes },
      { kind: 'KO' as const, ...identity('ko'), bytes: composeKeyObjects(ko, ko.graded)! },
    ],
  };
}

const warned: string[] = [];
const store = () => {
  const onWarning = (study: string, kind: string, warning: string) =>
    void warned.push(`${study} ${kind} ${warning}`);
  return storeResults({ archive, outbox, differences: objectDifferences, onWarning }, results);
};
const uids = () => results.objects.map(({ sopInstanceUid }) => sopInstanceUid);
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
    expect(await keptNow()).toEqual(stored.objects);
    expect(warned).toEqual([`${STUDY_UID} SR B000H coercion of data elements`]);
    expect(readReport(server.held.get(sr!)!).findings).toHaveLength(25);
    results = (await outbox.find(results.analysisKey))!;
    expect(await store()).toEqual(stored);
    expect(server.requests).toHaveLength(1);
    expect(warned).toHaveLength(1);
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

  test('what a lost ledger stored is taken for what it is, whatever its day and its predecessor', async () => {
    const [report, keyObjects] = results.objects;
    const earlier = composeReport(
      reportToCompose({
        seriesInstanceUid: report!.seriesInstanceUid,
        sopInstanceUid: report!.sopInstanceUid,
        createdAt: new Date('2020-01-01T00:00:00Z'),
        predecessors: [
          { studyInstanceUid: STUDY_UID, seriesInstanceUid: '2.25.1', sopInstanceUid: '2.25.2' },
        ],
      }),
    ).bytes;
    server.held.set(report!.sopInstanceUid, earlier);
    await store();
    expect(server.requests).toEqual([[keyObjects!.sopInstanceUid]]);
  });
});
