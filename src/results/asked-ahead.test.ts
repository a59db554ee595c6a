import { expect, test } from 'vitest';
import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import { type StudyInstanceUid, uid } from '../domain/uid.ts';
import { askedAhead } from './asked-ahead.ts';
import { resultUids } from './result-uids.ts';

const study = uid<StudyInstanceUid>('2.25.1', 'StudyInstanceUID');
const other = uid<StudyInstanceUid>('2.25.2', 'StudyInstanceUID');
const objects = [resultUids('SR', 'key'), resultUids('SC', 'key')];
const [report] = objects;
const { signal } = new AbortController();

/** Counts what it is asked. @param faults how many of the first questions fail. */
function countingArchive(faults = 0) {
  let left = faults;
  const asked: string[] = [];
  const answer = async <Result>(what: string, result: Result): Promise<Result> => {
    asked.push(what);
    left -= 1;
    if (left >= 0) throw new ArchiveError('away', { retryable: true });
    return result;
  };
  const port: Pick<Archive, 'retrieveInstance' | 'findSeries'> = {
    retrieveInstance: (_, __, instance) => answer(instance, null),
    findSeries: (of) => answer(of, []),
  };
  return { port, asked };
}

test('each answer that was asked for ahead is given once, then the archive is asked', async () => {
  const { port, asked } = countingArchive();
  const ahead = askedAhead(port, study, objects, signal);
  const all = [...objects.map(({ sopInstanceUid }) => sopInstanceUid), study];
  expect(asked).toEqual(all);
  for (const { seriesInstanceUid, sopInstanceUid } of objects) {
    expect(await ahead.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal)).toBeNull();
  }
  expect(await ahead.findSeries(study, signal)).toEqual([]);
  expect(asked).toEqual(all);
  await ahead.retrieveInstance(study, report!.seriesInstanceUid, report!.sopInstanceUid, signal);
  await ahead.findSeries(study, signal);
  expect(asked).toEqual([...all, report!.sopInstanceUid, study]);
});

test('what was not asked for ahead, or is of another study, the archive is asked', async () => {
  const { port, asked } = countingArchive();
  const ahead = askedAhead(port, study, [report!], signal);
  const unasked = resultUids('KO', 'key');
  await ahead.retrieveInstance(study, unasked.seriesInstanceUid, unasked.sopInstanceUid, signal);
  await ahead.retrieveInstance(other, report!.seriesInstanceUid, report!.sopInstanceUid, signal);
  await ahead.findSeries(other, signal);
  expect(asked.slice(2)).toEqual([unasked.sopInstanceUid, report!.sopInstanceUid, other]);
});

test('a question that failed ahead is asked again by whoever needs the answer, and by nobody else', async () => {
  const { port, asked } = countingArchive(2);
  const ahead = askedAhead(port, study, [report!], signal);
  expect(await ahead.findSeries(study, signal)).toEqual([]);
  expect(asked).toEqual([report!.sopInstanceUid, study, study]);
});
