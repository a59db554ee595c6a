import type { Archive } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { ResultUids } from './result-uids.ts';

type Asked = Pick<Archive, 'retrieveInstance' | 'findSeries'>;

/**
 * The archive, asked already what storing results will ask first: whether it holds their objects, and of which series it
 * knows. The answers are awaited while the results are composed, and each is given once; whoever asks again, as when an
 * object is read back, asks the archive.
 */
export function askedAhead<Port extends Asked>(
  archive: Port,
  study: StudyInstanceUid,
  objects: readonly ResultUids[],
  signal: AbortSignal,
): Port {
  const copies = new Map(
    objects.map(({ seriesInstanceUid, sopInstanceUid }) => [
      sopInstanceUid,
      awaited(archive.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal)),
    ]),
  );
  let listed: ReturnType<Asked['findSeries']> | null = awaited(archive.findSeries(study, signal));
  return {
    ...archive,
    retrieveInstance(...[of, series, instance, ...how]) {
      const answer = of === study ? copies.get(instance) : undefined;
      copies.delete(instance);
      const ask = () => archive.retrieveInstance(of, series, instance, ...how);
      return answer === undefined ? ask() : answer.catch(ask);
    },
    findSeries(of, ...how) {
      const answer = of === study ? listed : null;
      listed = null;
      const ask = () => archive.findSeries(of, ...how);
      return answer === null ? ask() : answer.catch(ask);
    },
  };
}

/** What went wrong is asked again by whoever takes the answer; where nobody does, nobody is told. */
function awaited<Result>(answer: Promise<Result>): Promise<Result> {
  answer.catch(() => undefined);
  return answer;
}
