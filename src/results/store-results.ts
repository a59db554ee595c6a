import { type Archive, ArchiveError, type StoreResult } from '../dicomweb/archive.ts';
import { CATALOGUE } from '../domain/catalogue.ts';
import { RESULT_KIND_NAMES } from '../domain/result-object.ts';
import { type Differences, differencesFrom, type Occupancy, occupancyIn } from './result-occupancy.ts';
import type { KeptObject, KeptResults, ResultOutbox, WholeObject } from './result-outbox.ts';
import { nextResultUids } from './result-uids.ts';
import { underUids } from './under-uids.ts';

/** After this many refusals for one and the same reason an object is not sent again. */
const REFUSALS = 2;
/** FailureReason of an object whose UID the archive knows (PS3.18 table I.2-2), as the archive port words it. */
const DUPLICATE = /\b0111H\b/;

export interface StoreParts {
  readonly archive: Pick<Archive, 'retrieveInstance' | 'store' | 'findSeries' | 'seriesMetadata'>;
  readonly outbox: Pick<ResultOutbox, 'markStored' | 'noteRefusal' | 'replace' | 'forget'>;
  /** Names what differs between an object and the archive's copy of it; nothing when it is that object. */
  readonly differences: Differences;
}

/** An object with what the archive holds of it before anything is sent. */
interface Placed {
  readonly object: WholeObject;
  readonly isHeld: boolean;
  readonly fault: ArchiveError | null;
}

/**
 * Sends those objects of an analysis that the archive does not hold, in one request, and reads each back: it counts
 * as stored only when the archive gives back an object in which `differences` names nothing. What the archive holds
 * of an earlier run and says the same is kept in place of ours; beside anything else our object gets other UIDs. What
 * each object came to is noted in the outbox before a fault of another is thrown, so that a retry sends what is
 * missing and no more. Returns the results as they then are, each object with the archive's reservations, or that it
 * got other UIDs, as its warning.
 * @throws ArchiveError, retryable while any object may yet be taken; not retryable, quoting the archive's reason, once
 * it has refused an object twice for the same reason, or gives back something else than it was sent.
 */
export async function storeResults(
  parts: StoreParts,
  results: KeptResults,
  signal?: AbortSignal,
): Promise<KeptResults> {
  const study = results.studyInstanceUid;
  const occupancy = occupancyIn(parts.archive, parts.differences, results, signal);
  const [whole, letGo] = [
    results.objects.filter(isWhole),
    results.objects.filter((object) => !isWhole(object)),
  ];
  await Promise.all(letGo.map((object) => stillThere(parts, results, object, signal)));
  const placed = await Promise.all(whole.map((object) => place(parts, results, object, occupancy)));
  const missing = placed.filter(({ isHeld, fault }) => !isHeld && fault === null);
  const toSend = missing.map(({ object: { sopInstanceUid, bytes } }) => ({ sopInstanceUid, bytes }));
  const answers = toSend.length === 0 ? [] : await parts.archive.store(study, toSend, signal);
  const faults: ArchiveError[] = [];
  const stored = await Promise.all(
    placed.map(async ({ object, isHeld, fault: unplaced }) => {
      const answer = answers.find(({ sopInstanceUid }) => sopInstanceUid === object.sopInstanceUid) ?? null;
      const fault = unplaced ?? (isHeld ? null : await readBack(parts, results, object, answer, signal));
      if (fault !== null) faults.push(fault);
      if (fault !== null || object.stored) return object;
      const reservation = answer?.warning ?? null;
      const warning = [object.warning, reservation].filter((words) => words !== null).join('; ') || null;
      await parts.outbox.markStored(object.sopInstanceUid, warning);
      return { ...object, stored: true, warning };
    }),
  );
  const fault = faults.find(({ retryable }) => retryable) ?? faults[0];
  if (fault !== undefined) throw fault;
  const objects = results.objects.map((object) =>
    isWhole(object) ? stored[whole.indexOf(object)]! : object,
  );
  return { ...results, objects };
}

const isWhole = (object: KeptObject): object is WholeObject => object.bytes !== null;

/**
 * Of an object that was read back once, and whose bytes were let go since, the archive is asked whether it has it yet.
 * @throws ArchiveError, retryable, where it has not: the object is forgotten, and the next run composes it anew.
 */
async function stillThere(
  { archive, outbox }: StoreParts,
  { studyInstanceUid }: KeptResults,
  { kind, seriesInstanceUid, sopInstanceUid }: KeptObject,
  signal: AbortSignal | undefined,
): Promise<void> {
  const copy = await archive.retrieveInstance(studyInstanceUid, seriesInstanceUid, sopInstanceUid, signal);
  if (copy !== null) return;
  await outbox.forget(sopInstanceUid);
  const words = `the archive has lost the ${RESULT_KIND_NAMES[kind]}; it is made anew`;
  throw new ArchiveError(words, { retryable: true });
}

/** Finds the UIDs under which the object is or can be stored; tries the next as long as something else has them. */
async function place(
  parts: StoreParts,
  results: KeptResults,
  object: WholeObject,
  occupancy: (object: WholeObject) => Promise<Occupancy>,
): Promise<Placed> {
  const held = await occupancy(object);
  switch (held.by) {
    case 'nothing':
      return { object, isHeld: false, fault: null };
    case 'this':
      return { object, isHeld: true, fault: null };
    case 'its-like': {
      const adopted = { ...object, bytes: held.bytes, stored: false };
      await replace(parts, object, adopted);
      return { object: adopted, isHeld: true, fault: null };
    }
    case 'this-altered':
    case 'another': {
      const asSent = held.by === 'this-altered' && (await cameBackAltered(parts, object));
      if (asSent) return { object, isHeld: true, fault: another(object, held.differences) };
      const moved = await move(parts, results, object);
      if (moved === null) return { object, isHeld: true, fault: another(object, held.differences) };
      return place(parts, results, moved, occupancy);
    }
  }
}

/**
 * Notes that the archive holds an object otherwise than it is kept. True when it did so before, after it was sent: then
 * the archive alters such objects, and would do so under every UID.
 */
async function cameBackAltered({ outbox }: StoreParts, { sopInstanceUid }: KeptObject): Promise<boolean> {
  return (await outbox.noteRefusal(sopInstanceUid, 'altered')) > 1;
}

/** Keeps the object under the next of its UIDs, with the warning that says so; null when there are no more. */
async function move(
  parts: StoreParts,
  { analysisKey }: KeptResults,
  object: WholeObject,
): Promise<WholeObject | null> {
  const uids = nextResultUids(object.kind, analysisKey, object.sopInstanceUid);
  if (uids === null) return null;
  const warning = `result-uid-taken: ${CATALOGUE['result-uid-taken'].meaning}`;
  const moved = { ...object, ...uids, bytes: underUids(object.bytes, uids), stored: false, warning };
  await replace(parts, object, moved);
  return moved;
}

async function replace({ outbox }: StoreParts, object: WholeObject, by: WholeObject): Promise<void> {
  if (await outbox.replace(object.sopInstanceUid, by, by.warning)) return;
  throw new ArchiveError('another run of this analysis has changed its results', { retryable: true });
}

/** What is wrong with an object that was sent, null when the archive gives it back. */
async function readBack(
  parts: StoreParts,
  results: KeptResults,
  object: WholeObject,
  answer: StoreResult | null,
  signal: AbortSignal | undefined,
): Promise<ArchiveError | null> {
  const { outbox, archive, differences } = parts;
  const { seriesInstanceUid, sopInstanceUid } = object;
  // Read back whatever the answer says: a duplicate that is refused is there all the same.
  const copy = await archive.retrieveInstance(
    results.studyInstanceUid,
    seriesInstanceUid,
    sopInstanceUid,
    signal,
  );
  const name = RESULT_KIND_NAMES[object.kind];
  if (copy !== null) {
    const different = differencesFrom(differences, object.bytes, copy);
    if (different.length === 0) return null;
    await cameBackAltered(parts, object);
    return another(object, different);
  }
  if (answer?.stored) {
    const words = `the archive says it stored the ${name} but does not give it back`;
    return new ArchiveError(words, { retryable: true });
  }
  const reason = answer?.reason ?? 'not named in the store response';
  const refusals = answer?.refused ? await outbox.noteRefusal(sopInstanceUid, reason) : 0;
  const words = `the archive did not take the ${name}: ${reason}`;
  if (refusals < REFUSALS) return new ArchiveError(words, { retryable: true });
  // Something that is not to be found in this study has the UID.
  if (DUPLICATE.test(reason) && (await move(parts, results, object)) !== null) {
    return new ArchiveError(`${words}; it is sent under another UID`, { retryable: true });
  }
  return new ArchiveError(`${words}, ${refusals} times`, { retryable: false });
}

function another({ kind }: KeptObject, differences: readonly string[]): ArchiveError {
  const what = differences.join(', ');
  const words = `the archive holds another object under the UID of the ${RESULT_KIND_NAMES[kind]}: ${what} differ`;
  return new ArchiveError(words, { retryable: false });
}
