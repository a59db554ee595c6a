import type { Archive, StudySummary } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { type Listing, listOddlyDated, listStudies } from './list-studies.ts';
import { nextCursor, type PollWindowSettings } from './poll-window.ts';
import { type VisitDeps, type VisitMemory, type VisitSettings, visitStudy } from './study-visit.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

export interface WatchDeps extends VisitDeps {
  readonly archive: Pick<Archive, 'findStudies' | 'findSeries'>;
  readonly store: WatchStore;
  readonly clock: VisitDeps['clock'] & {
    /** Resolves or rejects at once when the signal aborts. */
    sleep(ms: number, signal: AbortSignal): Promise<void>;
  };
}

export interface WatchSettings extends VisitSettings, PollWindowSettings {
  /** From the end of one poll to the start of the next. */
  readonly pollIntervalMs: number;
  /** Longest wait between polls while they fail; the wait doubles from pollIntervalMs. */
  readonly maxBackoffMs: number;
  /** Studies looked at side by side. */
  readonly concurrency: number;
}

/** Every so many polls, the first among them, come the studies of odd dates and those that failed for now. */
const NOW_AND_THEN = 6;

/** What need not be asked again; lost at a restart, when every listed study is looked at once more. */
interface Memory extends VisitMemory {
  /** Study-level instance count at the last look, where it was that of the series. */
  readonly counts: Map<StudyInstanceUid, number>;
  /** Instances of the series at the last look, where the study-level count was another. */
  readonly untrue: Map<StudyInstanceUid, { readonly instances: number; readonly told: boolean }>;
  /** What the last query for odd dates found. */
  oddlyDated: readonly StudySummary[];
  readonly told: { cutOff: boolean };
  cursor: { readonly at: Date; readonly savedAtMs: number } | null;
  polls: number;
}

/**
 * Polls the archive until the signal aborts, then resolves; while the archive is away, waits until it answers again.
 * Each state of a study (its MR series and their counts) is submitted at least once when it is complete or overdue:
 * after a crash between submitting and remembering, once more. Several watchers of one store are safe in the same way.
 */
export async function watchStudies(
  deps: WatchDeps,
  settings: WatchSettings,
  signal: AbortSignal,
): Promise<void> {
  const memory = newMemory();
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = settings.pollIntervalMs;
    try {
      await poll(deps, settings, memory, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const backoffMs = Math.min(settings.maxBackoffMs, settings.pollIntervalMs * 2 ** failures);
      waitMs = Math.max(settings.pollIntervalMs, backoffMs);
      deps.onEvent({ kind: 'poll-failed', error, retryInMs: waitMs });
      if (await deps.gate.isAway(error, signal)) {
        await deps.gate.opened(signal);
        failures = 0;
        continue;
      }
    }
    await deps.clock.sleep(waitMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function newMemory(): Memory {
  return {
    counts: new Map(),
    untrue: new Map(),
    rolesAbsent: new Map(),
    waits: new Map(),
    oddlyDated: [],
    told: { cutOff: false },
    cursor: null,
    polls: 0,
  };
}

/**
 * One round over the listed and the awaited studies, over the latter also where the others cannot be listed.
 * @throws what the archive or the store threw that could not be asked at all.
 */
async function poll(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: Memory,
  signal: AbortSignal,
): Promise<void> {
  for (const study of await deps.store.countCutOffLooks()) deps.onEvent({ kind: 'study-set-aside', study });
  const began = deps.clock.now();
  const listing = await list(deps, settings, memory, began, signal);
  if (listing.fault !== null && (await deps.gate.isAway(listing.fault, signal))) throw listing.fault;
  const listed = listing.studies;
  const awaited = await deps.store.awaited();
  const due = studiesToLookAt(listed, awaited, memory);
  forgetOthers(memory, [listed, awaited, memory.oddlyDated]);
  let allRemembered = true;
  const away = () => deps.gate.closed !== null;
  await forEachBounded(due, settings.concurrency, { signal, enough: away }, async (study) => {
    allRemembered = (await look(deps, settings, memory, study, signal)) && allRemembered;
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
  });
}

function isNowAndThen({ polls }: Memory): boolean {
  return polls % NOW_AND_THEN === 0;
}

/** The studies of the window, and now and then those of odd dates; each once. */
async function list(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: Memory,
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

async function saveCursor({ store, clock }: WatchDeps, memory: Memory, began: Date): Promise<void> {
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

interface DueStudy {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly instanceCount: number | null;
  /** Null when the store was not asked yet. */
  readonly known: WatchedStudy | null;
}

/** The awaited first, listed or not; then those listed whose instance count is not that of the last look. */
function studiesToLookAt(
  listed: readonly StudySummary[],
  awaited: readonly WatchedStudy[],
  memory: Memory,
): readonly DueStudy[] {
  const waiting = new Set(awaited.map((study) => study.studyInstanceUid));
  const counts = new Map(listed.map((study) => [study.studyInstanceUid, study.instanceCount]));
  const changed = listed.filter(
    ({ studyInstanceUid, instanceCount }) =>
      !waiting.has(studyInstanceUid) &&
      (instanceCount === null || memory.counts.get(studyInstanceUid) !== instanceCount),
  );
  return [
    ...awaited.map((known) => ({
      studyInstanceUid: known.studyInstanceUid,
      instanceCount: counts.get(known.studyInstanceUid) ?? null,
      known,
    })),
    ...changed.map((study) => ({ ...study, known: null })),
  ];
}

/** Looks at one study; its faults stay its own. False when it failed and the store does not know of it. */
async function look(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: Memory,
  { studyInstanceUid: study, instanceCount, known: awaited }: DueStudy,
  signal: AbortSignal,
): Promise<boolean> {
  memory.counts.delete(study);
  let remembered = awaited !== null;
  try {
    const known = awaited ?? (await deps.store.find(study));
    remembered ||= known !== null;
    if (known?.setAside) return true;
    const instances = await visitStudy(deps, settings, { study, known, memory, signal });
    if (instances !== null && instanceCount !== null)
      compareCounts(deps, memory, study, instanceCount, instances);
    return true;
  } catch (error) {
    if (!signal.aborted) deps.onEvent({ kind: 'study-failed', study, error });
    return remembered;
  }
}

/**
 * A study-level count that is not the sum of its series' is not trusted: as if there were none, the study is looked at
 * in every poll. Told when it is so a second time, as images may arrive between the two questions.
 */
function compareCounts(
  { onEvent }: WatchDeps,
  { counts, untrue }: Memory,
  study: StudyInstanceUid,
  told: number,
  instances: number,
): void {
  if (told === instances) {
    counts.set(study, told);
    untrue.delete(study);
    return;
  }
  const before = untrue.get(study);
  const again = before?.instances === instances;
  if (again && !before.told) onEvent({ kind: 'count-untrue', study });
  untrue.set(study, { instances, told: again || before?.told === true });
}

/** Keeps the memory no larger than what the archive lists and the store awaits. */
function forgetOthers(
  memory: Memory,
  kept: readonly (readonly { readonly studyInstanceUid: StudyInstanceUid }[])[],
): void {
  const present = new Set(kept.flat().map((study) => study.studyInstanceUid));
  for (const map of [memory.counts, memory.untrue, memory.rolesAbsent, memory.waits]) {
    for (const study of map.keys()) if (!present.has(study)) map.delete(study);
  }
}

async function forEachBounded<T>(
  items: readonly T[],
  concurrency: number,
  { signal, enough }: { readonly signal: AbortSignal; readonly enough: () => boolean },
  run: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  const worker = async () => {
    for (const item of remaining) {
      if (signal.aborted || enough()) return;
      await run(item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, worker));
}
