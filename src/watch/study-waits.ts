import type { WatchedStudy } from './watch-store.ts';

/** How long this process has watched one study, by a clock that does not jump. */
export interface StudyWaits {
  readonly fingerprint: string;
  /** When the look that first found the fingerprint was answered. */
  readonly unchangedSinceMs: number;
  /** When the wait began, less what earlier processes had watched of it. */
  readonly waitingSinceMs: number;
  /** Certain: from the answer of that first look to the question of the latest. */
  readonly quietMs: number;
  /** What earlier processes saved included; the time when none was watching counts for nothing. */
  readonly waitedMs: number;
}

/**
 * The waits of a study after a look that was asked for at `askedAtMs` and answered at `answeredAtMs`.
 * @param before after the look before; undefined at the first of this process.
 */
export function studyWaits(
  before: StudyWaits | undefined,
  { fingerprint, submittedFingerprint, waitedMs: saved }: WatchedStudy,
  askedAtMs: number,
  answeredAtMs: number,
): StudyWaits {
  const unchanged = before?.fingerprint === fingerprint;
  const unchangedSinceMs = unchanged ? before.unchangedSinceMs : answeredAtMs;
  // A study that was submitted waits anew from each change; one that never was, since it was first seen.
  const goesOn = before !== undefined && (unchanged || submittedFingerprint === null);
  const waitingSinceMs = goesOn ? before.waitingSinceMs : answeredAtMs - saved;
  const waitedMs = Math.max(saved, askedAtMs - waitingSinceMs);
  return {
    fingerprint,
    unchangedSinceMs,
    waitingSinceMs,
    quietMs: Math.max(0, askedAtMs - unchangedSinceMs),
    waitedMs,
  };
}
