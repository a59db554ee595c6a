import { RESULT_KIND_NAMES, type ResultKind } from '../domain/result-object.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { KeptObject, KeptResults, ResultOutbox } from '../result-outbox.ts';
import { type Archive, ArchiveError, type StoreResult } from './archive.ts';

/**
 * What depends on the day an object was composed and on the reports then known. A ledger that was lost composes them
 * anew; the object the archive holds is the result of the same images and pack all the same.
 */
const OF_THE_DAY: readonly string[] = ['PredecessorDocumentsSequence', 'PixelData'];
/** After this many refusals for one and the same reason an object is not sent again. */
const REFUSALS = 2;

export interface StoreParts {
  readonly archive: Pick<Archive, 'retrieveInstance' | 'store'>;
  readonly outbox: Pick<ResultOutbox, 'markStored' | 'noteRefusal'>;
  /** Names what differs between an object and the archive's copy of it; nothing when it is that object. */
  readonly differences: (sent: Uint8Array, held: Uint8Array) => readonly string[];
  /** Told of every object that the archive stored with a reservation, when it did. */
  readonly onWarning: (study: StudyInstanceUid, kind: ResultKind, warning: string) => void;
}

/**
 * Sends those objects of an analysis that the archive does not hold, in one request, and reads each back: it counts
 * as stored only when the archive gives back an object in which `differences` names nothing. What each object came
 * to is noted in the outbox before a fault of another is thrown, so that a retry sends what is missing and no more.
 * Returns the results as they then are.
 * @throws ArchiveError, retryable while any object may yet be taken; not retryable, quoting the archive's reason, once
 * it has refused an object twice for the same reason, or holds something else under an object's UID.
 */
export async function storeResults(
  parts: StoreParts,
  results: KeptResults,
  signal?: AbortSignal,
): Promise<KeptResults> {
  const study = results.studyInstanceUid;
  const read = readFrom(parts.archive, study, signal);
  const held = await Promise.all(results.objects.map(read));
  const missing = results.objects.filter((_, index) => held[index] === null);
  const answers =
    missing.length === 0 ? [] : await parts.archive.store(study, missing.map(withoutKind), signal);
  const faults: ArchiveError[] = [];
  const objects = await Promise.all(
    results.objects.map(async (object, index) => {
      const answer = answers.find(({ sopInstanceUid }) => sopInstanceUid === object.sopInstanceUid) ?? null;
      // Read back whatever the answer says: a duplicate that is refused is there all the same.
      const copy = held[index] ?? (await read(object));
      const tolerated = held[index] === null || object.stored ? [] : OF_THE_DAY;
      const fault = await verdict(parts, object, copy, answer, tolerated);
      if (fault !== null) faults.push(fault);
      if (fault !== null || object.stored) return object;
      const warning = answer?.warning ?? null;
      await parts.outbox.markStored(object.sopInstanceUid, warning);
      if (warning !== null) parts.onWarning(study, object.kind, warning);
      return { ...object, stored: true, warning };
    }),
  );
  const fault = faults.find(({ retryable }) => retryable) ?? faults[0];
  if (fault !== undefined) throw fault;
  return { ...results, objects };
}

function readFrom(archive: StoreParts['archive'], study: StudyInstanceUid, signal?: AbortSignal) {
  return ({ seriesInstanceUid, sopInstanceUid }: KeptObject) =>
    archive.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal);
}

function withoutKind({ sopInstanceUid, bytes }: KeptObject) {
  return { sopInstanceUid, bytes };
}

/** What is wrong with an object of which the archive gave `copy` back, null when nothing is. */
async function verdict(
  { outbox, differences }: StoreParts,
  object: KeptObject,
  copy: Uint8Array | null,
  answer: StoreResult | null,
  tolerated: readonly string[],
): Promise<ArchiveError | null> {
  const name = RESULT_KIND_NAMES[object.kind];
  if (copy !== null) {
    const different = differences(object.bytes, copy).filter((name) => !tolerated.includes(name));
    if (different.length === 0) return null;
    const words = `the archive holds another object under the UID of the ${name}: ${different.join(', ')} differ`;
    return new ArchiveError(words, { retryable: false });
  }
  if (answer?.stored) {
    const words = `the archive says it stored the ${name} but does not give it back`;
    return new ArchiveError(words, { retryable: true });
  }
  const reason = answer?.reason ?? 'not named in the store response';
  const refusals = answer?.refused ? await outbox.noteRefusal(object.sopInstanceUid, reason) : 0;
  const words = `the archive did not take the ${name}: ${reason}`;
  if (refusals < REFUSALS) return new ArchiveError(words, { retryable: true });
  return new ArchiveError(`${words}, ${refusals} times`, { retryable: false });
}
