import type { StudyInstanceUid } from '../domain/uid.ts';
import type { DueStudy } from './due-studies.ts';
import { visitStudy } from './study-visit.ts';
import type { WatchDeps, WatchSettings } from './watch-deps.ts';
import type { WatchMemory } from './watch-memory.ts';

/** Looks at one study; its faults stay its own. False when it failed and the store does not know of it. */
export async function lookAtStudy(
  deps: WatchDeps,
  settings: WatchSettings,
  memory: WatchMemory,
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
  { counts, untrue }: WatchMemory,
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
