import type { Archive, StudySummary } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { isOddlyDated, oddDateRanges, type PollWindowSettings, pollWindow } from './poll-window.ts';
import type { WatchEvent } from './watch-event.ts';

/** Rows asked for in each query for studies of odd dates, so that a large archive is not listed whole. */
export const ODD_DATES_AT_MOST = 1_000;

export interface ListingDeps {
  readonly archive: Pick<Archive, 'findStudies'>;
  onEvent(event: WatchEvent): void;
}

export interface Listing {
  readonly studies: readonly StudySummary[];
  /** Why the studies, or some of them, could not be listed; null when they were. */
  readonly fault: unknown;
}

/** The studies of the poll's window of days. Rejects only when aborted. */
export async function listStudies(
  { archive }: ListingDeps,
  settings: PollWindowSettings,
  cursor: Date | null,
  now: Date,
  signal: AbortSignal,
): Promise<Listing> {
  const studyDate = pollWindow(cursor, now, settings);
  return attempt(() => archive.findStudies({ studyDate }, signal), signal);
}

/**
 * The studies whose date no window of days finds: none, no date, before DICOM, in the future. Where a query is cut off
 * that is told once; `told` remembers. A query that fails is told, and stops nothing else. Rejects only when aborted.
 */
export async function listOddlyDated(
  { archive, onEvent }: ListingDeps,
  now: Date,
  told: { cutOff: boolean },
  signal: AbortSignal,
): Promise<readonly StudySummary[]> {
  const atMost = ODD_DATES_AT_MOST;
  const found = new Map<StudyInstanceUid, StudySummary>();
  for (const studyDate of oddDateRanges(now)) {
    const { studies, fault } = await attempt(
      () => archive.findStudies({ studyDate, atMost }, signal),
      signal,
    );
    if (fault !== null) onEvent({ kind: 'odd-dates-failed', error: fault });
    for (const study of studies) {
      if (isOddlyDated(study, now)) found.set(study.studyInstanceUid, study);
    }
    if (studies.length >= atMost && !told.cutOff) {
      told.cutOff = true;
      onEvent({ kind: 'odd-dates-cut-off', atMost });
    }
  }
  return [...found.values()];
}

async function attempt(run: () => Promise<readonly StudySummary[]>, signal: AbortSignal): Promise<Listing> {
  try {
    return { studies: await run(), fault: null };
  } catch (fault) {
    signal.throwIfAborted();
    return { studies: [], fault };
  }
}
