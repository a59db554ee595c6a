import type { StudyInstanceUid } from '../domain/uid.ts';
import type { Archive, StudySummary } from './archive.ts';
import { type PollWindowSettings, pollWindow } from './poll-window.ts';
import { type VisitDeps, type VisitSettings, visitStudy } from './study-visit.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

export interface WatchDeps extends VisitDeps {
  readonly archive: Pick<Archive, 'findStudies' | 'findSeries'>;
  readonly store: WatchStore;
  readonly clock: {
    now(): Date;
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

/** What need not be asked again; lost at a restart, when every listed study is looked at once more. */
interface Memory {
  /** Study-level instance count at the last look. */
  readonly counts: Map<StudyInstanceUid, number>;
  readonly rolesAbsent: Map<StudyInstanceUid, string>;
}

/**
 * Polls the archive until the signal aborts, then resolves. Each state of a study (its MR series and their counts)
 * is submitted at least once when it is complete or overdue: after a crash between submitting and remembering, once
 * more. Several watchers of one store are safe in the same way.
 */
export async function watchStudies(
  deps: WatchDeps,
  settings: WatchSettings,
  signal: AbortSignal,
): Promise<void> {
  const memory: Memory = { counts: new Map(), rolesAbsent: new Map() };
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
    }
    await deps.clock.sleep(waitMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** One round over the listed and the awaited studies. Throws when the archive or the store cannot be asked at all. */
async function poll(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: Memory,
  signal: AbortSignal,
): Promise<void> {
  const began = deps.clock.now();
  const studyDate = pollWindow(await deps.store.cursor(), began, settings);
  const listed = await deps.archive.findStudies({ studyDate }, signal);
  const awaited = await deps.store.awaited();
  const due = studiesToLookAt(listed, awaited, memory);
  forgetOthers(memory, [listed, awaited]);
  let allRemembered = true;
  await forEachBounded(due, settings.concurrency, signal, async (study) => {
    allRemembered = (await look(deps, settings, memory, study, signal)) && allRemembered;
  });
  signal.throwIfAborted();
  if (allRemembered) await deps.store.saveCursor(began);
  deps.onEvent({
    kind: 'poll-completed',
    listed: listed.length,
    looked: due.length,
    awaited: awaited.length,
    cursorSaved: allRemembered,
  });
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
    const listed = await visitStudy(deps, settings, {
      study,
      known,
      rolesAbsent: memory.rolesAbsent,
      signal,
    });
    if (listed && instanceCount !== null) memory.counts.set(study, instanceCount);
    return true;
  } catch (error) {
    if (!signal.aborted) deps.onEvent({ kind: 'study-failed', study, error });
    return remembered;
  }
}

/** Keeps the memory no larger than what the archive lists and the store awaits. */
function forgetOthers(
  memory: Memory,
  kept: readonly (readonly { readonly studyInstanceUid: StudyInstanceUid }[])[],
): void {
  const present = new Set(kept.flat().map((study) => study.studyInstanceUid));
  for (const map of [memory.counts, memory.rolesAbsent]) {
    for (const study of map.keys()) if (!present.has(study)) map.delete(study);
  }
}

async function forEachBounded<T>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  const worker = async () => {
    for (const item of remaining) {
      if (signal.aborted) return;
      await run(item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, worker));
}
