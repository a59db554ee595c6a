import { expect, test } from 'vitest';
import { RESULT_KINDS } from '../domain/result-object.ts';
import { composeReport } from '../sr/encode/encode-report.ts';
import { reportToCompose } from '../sr/report.fixture.ts';
import { nextResultUids, resultUids } from './result-uids.ts';
import { underUids } from './under-uids.ts';

test('an object under other UIDs is the object that would have been composed with them', () => {
  const { bytes } = composeReport(reportToCompose());
  for (const uid of ['2.25.1', '2.25.12', resultUids('SR', 'key').sopInstanceUid]) {
    const uids = { seriesInstanceUid: `${uid}.3`, sopInstanceUid: uid } as ReturnType<typeof resultUids>;
    const composed = composeReport(reportToCompose(uids)).bytes;
    expect(Buffer.compare(underUids(bytes, uids), composed)).toBe(0);
  }
});

test('the UIDs of an analysis are the same every time, none twice, and come to an end', () => {
  for (const kind of RESULT_KINDS) {
    const seen = new Set<string>();
    let uids: ReturnType<typeof nextResultUids> = resultUids(kind, 'key');
    expect(resultUids(kind, 'key')).toEqual(uids);
    for (; uids !== null; uids = nextResultUids(kind, 'key', uids.sopInstanceUid)) {
      seen.add(uids.seriesInstanceUid).add(uids.sopInstanceUid);
    }
    expect(seen.size).toBe(12);
  }
});
