import type { StudySummary } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { WatchMemory } from './watch-memory.ts';
import type { WatchedStudy } from './watch-store.ts';

/** A study that a poll looks at. */
export interface DueStudy {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly instanceCount: number | null;
  /** Null when the store was not asked yet. */
  readonly known: WatchedStudy | null;
}

/** The awaited first, listed or not; then those listed whose instance count is not that of the last look. */
export function studiesToLookAt(
  listed: readonly StudySummary[],
  awaited: readonly WatchedStudy[],
  memory: Pick<WatchMemory, 'counts'>,
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
