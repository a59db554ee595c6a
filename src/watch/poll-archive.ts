import { forEachBounded } from '../process/for-each-bounded.ts';
import { studiesToLookAt } from './due-studies.ts';
import { type Listing, listOddlyDated, listStudies } from './list-studies.ts';
import { lookAtStudy } from './look-at-study.ts';
import { nextCursor } from './poll-window.ts';
import type { WatchDeps, WatchSettings } from './watch-deps.ts';
import { forgetOthers, type WatchMemory } from './watch-memory.ts';

/** Every so many polls, the first among them, come the studies of odd dates and those that failed for now. */
const NOW_AND_THEN = 6;

/**
 * One round over the listed and the awaited studies, over the latter also where the others cannot be listed.
 * @throws what the archive or the store threw that could not be asked at all.
 */
export async function pollArchive(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: WatchMemory,
  signal: AbortSignal,
): Promise<void> {
  for (const study of await deps.store.countCutOffLooks()) deps.onEvent({ kind: 'study-set-aside', study });
  const began = deps.clock.now();
  const beganMs = deps.clock.elapsedMs();
  const listing = await list(deps, settings, memory, began, signal);
  if (listing.fault !== null && (await deps.gate.isAway(listing.fault, signal))) throw listing.fault;
  const listed = listing.studies;
  const awaited = await deps.store.awaited();
  const due = studiesToLookAt(listed, awaited, memory);
  forgetOthers(memory, [listed, awaited, memory.oddlyDated]);
  let allRemembered = true;
  const away = () => deps.gate.closed !== null;
  await forEachBounded(due, settings.concurrency, { signal, enough: away }, async (study) => {
    const look = () => lookAtStudy(deps, settings, memory, study, signal);
    allRemembered = (await (deps.observeLook?.(look) ?? look())) && allRemembered;
  });
  signal.throwIfAborted();
  if (away()) throw new Error('the archive went away in the middle of a poll');
  if (listing.fault !== null) throw listing.fault;
  if (allRemembered) await saveCursor(deps, memory, began);
  if (isNowAndThen(memory)) await submitFailed(deps);
  memory.polls += 1;
  deps.onEvent({
    kind: 'poll-completed',
    listed: listed.length,
    looked: due.length,
    awaited: awaited.length,
    cursorSaved: allRemembered,
    ms: deps.clock.elapsedMs() - beganMs,
  });
}

function isNowAndThen({ polls }: WatchMemory): boolean {
  return polls % NOW_AND_THEN === 0;
}

/** The studies of the window, and now and then those of odd dates; each once. */
async function list(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: WatchMemory,
  now: Date,
  signal: AbortSignal,
): Promise<Listing> {
  const window = await listStudies(deps, settings, await deps.store.cursor(), now, signal);
  const windowTellsAll = settings.lookBackDays === null;
  if (windowTellsAll || window.fault !== null || !isNowAndThen(memory)) return window;
  memory.oddlyDated = await listOddlyDated(deps, now, memory.told, signal);
  const all = [...window.studies, ...memory.oddlyDated].map(
    (study) => [study.studyInstanceUid, study] as const,
  );
  return { studies: [...new Map(all).values()], fault: null };
}

async function saveCursor({ store, clock }: WatchDeps, memory: WatchMemory, began: Date): Promise<void> {
  const savedAtMs = clock.elapsedMs();
  const elapsedMs = memory.cursor === null ? 0 : savedAtMs - memory.cursor.savedAtMs;
  const at = nextCursor(began, memory.cursor?.at ?? null, elapsedMs);
  await store.saveCursor(at);
  memory.cursor = { at, savedAtMs };
}

/** A study that failed of a fault that may pass is not lost: the store says which are worth another analysis by now. */
async function submitFailed({ store, submit }: WatchDeps): Promise<void> {
  for (const study of await store.failedForNow()) {
    await submit(study, { why: 'failed-for-now', waitedMs: null });
  }
}
