import type { StudySummary } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { VisitMemory } from './study-visit.ts';

/** What need not be asked again; lost at a restart, when every listed study is looked at once more. */
export interface WatchMemory extends VisitMemory {
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

export function newMemory(): WatchMemory {
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

/** Keeps the memory no larger than what the archive lists and the store awaits. */
export function forgetOthers(
  memory: WatchMemory,
  kept: readonly (readonly { readonly studyInstanceUid: StudyInstanceUid }[])[],
): void {
  const present = new Set(kept.flat().map((study) => study.studyInstanceUid));
  for (const map of [memory.counts, memory.untrue, memory.rolesAbsent, memory.waits]) {
    for (const study of map.keys()) if (!present.has(study)) map.delete(study);
  }
}
