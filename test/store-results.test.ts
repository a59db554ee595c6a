import { describe, expect, test } from 'vitest';
import { deterministicUid } from '../src/dicom/deterministic-uid.ts';
import { composeReport } from '../src/sr/encode/encode-report.ts';
import { reportToCompose } from '../src/sr/report.fixture.ts';
import { readReport } from './support/read-report.ts';
import { named, storeBench } from './support/store-bench.ts';

const bench = storeBench();

describe('storing the objects of one analysis', () => {
  test('one request, each read back, noted with the archive’s reservations; then nothing more is sent', async () => {
    const [sr] = bench.uids();
    bench.server.fate = (uid) => ({ kind: 'stored', ...(uid === sr ? { warning: 0xb000 } : {}) });
    const stored = await bench.store();
    expect(bench.server.requests).toEqual([bench.uids()]);
    expect(stored.objects).toMatchObject([
      { stored: true, warning: 'B000H coercion of data elements' },
      { stored: true, warning: null },
    ]);
    expect(named(await bench.keptNow())).toEqual(named(stored.objects));
    expect(readReport(bench.server.held.get(sr!)!).findings).toHaveLength(25);
    await bench.readAgain();
    expect(named((await bench.store()).objects)).toEqual(named(stored.objects));
    expect(bench.server.requests).toHaveLength(1);
  });

  test('what is missing is sent again, what arrived is not', async () => {
    const [sr, ko] = bench.uids();
    bench.server.status = 202;
    bench.server.fate = (uid) => (uid === ko ? { kind: 'failed', reason: 0x0110 } : { kind: 'stored' });
    await expect(bench.store()).rejects.toMatchObject({
      retryable: true,
      message:
        'the archive did not take the key object selection: refused: 0110H processing failure (HTTP 202)',
    });
    expect((await bench.keptNow()).map(({ stored }) => stored)).toEqual([true, false]);
    bench.server.fate = () => ({ kind: 'stored' });
    await bench.store();
    expect(bench.server.requests).toEqual([[sr, ko], [ko]]);
    bench.server.held.delete(sr!);
    await bench.store();
    expect(bench.server.requests.at(-1)).toEqual([sr]);
  });

  test('a second refusal for the same reason is final and quotes it; another reason counts anew', async () => {
    const [, ko] = bench.uids();
    const refuse = (reason: number) => {
      bench.server.fate = (uid) => (uid === ko ? { kind: 'failed', reason } : { kind: 'stored' });
    };
    refuse(0x0110);
    await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    refuse(0x0122);
    await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    await expect(bench.store()).rejects.toMatchObject({
      retryable: false,
      message:
        'the archive did not take the key object selection: refused: 0122H SOP Class not supported (HTTP 200), 2 times',
    });
    // The report is there all the same, once.
    expect(bench.server.requests.map((sent) => sent.length)).toEqual([2, 1, 1]);
    expect((await bench.keptNow()).map(({ stored }) => stored)).toEqual([true, false]);
  });

  test('while one object may yet be taken, the refusal of another is not the last word', async () => {
    const [sr] = bench.uids();
    bench.server.fate = (uid) =>
      uid === sr ? { kind: 'failed', reason: 0xa700 } : { kind: 'failed', reason: 0xc122 };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    }
    bench.server.fate = (uid) => (uid === sr ? { kind: 'stored' } : { kind: 'failed', reason: 0xc122 });
    await expect(bench.store()).rejects.toMatchObject({ retryable: false });
  });

  test('409 and a whole request without a word of the objects: refused; 200 without: tried on', async () => {
    bench.server.fate = () => ({ kind: 'ignored' });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    }
    bench.server.status = 409;
    await expect(bench.store()).rejects.toMatchObject({ retryable: true });
    await expect(bench.store()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/not named in the store response \(HTTP 409\), 2 times$/),
    });
  });

  test('a duplicate that is refused and there all the same is stored', async () => {
    bench.server.status = 409;
    bench.server.fate = () => ({ kind: 'duplicate' });
    expect((await bench.store()).objects.every(({ stored }) => stored)).toBe(true);
    expect(bench.server.requests).toHaveLength(1);
  });

  test('listed as stored while something else is kept, or nothing, does not count', async () => {
    const [sr] = bench.uids();
    const other = composeReport(
      reportToCompose({ sopInstanceUid: sr!, seriesInstanceUid: deterministicUid('elsewhere') }),
    ).bytes;
    bench.server.fate = (uid) => (uid === sr ? { kind: 'kept-otherwise', bytes: other } : { kind: 'stored' });
    await expect(bench.store()).rejects.toMatchObject({
      retryable: false,
      message: 'the archive holds another object under the UID of the report: SeriesInstanceUID differ',
    });
  });
});
