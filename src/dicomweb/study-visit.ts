import type { StudyInstanceUid } from '../domain/uid.ts';
import { type Archive, ArchiveError, type SeriesSummary } from './archive.ts';
import { studyFingerprint } from './study-fingerprint.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

/** `complete`: quiet, with every role the model needs. `longest-wait`: not, but waiting longer is not worth it. */
export type SubmitReason = 'complete' | 'longest-wait';

/** What happened, for logs and metrics. */
export type WatchEvent =
  | { readonly kind: 'study-noticed'; readonly study: StudyInstanceUid }
  | { readonly kind: 'study-changed'; readonly study: StudyInstanceUid }
  | {
      readonly kind: 'study-submitted';
      readonly study: StudyInstanceUid;
      readonly why: SubmitReason;
      /** Since the study was first seen, or since it last changed when it had been submitted before. */
      readonly waitedMs: number;
    }
  | { readonly kind: 'study-failed'; readonly study: StudyInstanceUid; readonly error: unknown }
  | {
      readonly kind: 'poll-completed';
      readonly listed: number;
      readonly looked: number;
      readonly awaited: number;
      /** False when a study could neither be handled nor remembered: the next poll covers the same window. */
      readonly cursorSaved: boolean;
    }
  | { readonly kind: 'poll-failed'; readonly error: unknown; readonly retryInMs: number };

export interface VisitDeps {
  readonly archive: Pick<Archive, 'findSeries'>;
  readonly store: Pick<WatchStore, 'find' | 'save'>;
  readonly clock: { now(): Date };
  /** Hands the study to the queue; durable once it resolves. May be called twice for one state of a study. */
  submit(study: StudyInstanceUid, why: SubmitReason): Promise<void>;
  /** Whether the series the model needs are there. */
  rolesPresent(study: StudyInstanceUid, signal: AbortSignal): Promise<boolean>;
  onEvent(event: WatchEvent): void;
}

export interface VisitSettings {
  /** How long the counts must stand still before a study can be complete. */
  readonly quietMs: number;
  /** After this long a study is handed over with what is there. */
  readonly longestWaitMs: number;
}

export interface Visit {
  readonly study: StudyInstanceUid;
  /** What the store holds of it, null when it is new. */
  readonly known: WatchedStudy | null;
  /** The fingerprint found to lack a role, by study: asked once, as roles depend on the images alone. */
  readonly rolesAbsent: Map<StudyInstanceUid, string>;
  readonly signal: AbortSignal;
}

/** The fingerprint of a study whose series could not be listed yet. */
const NOT_LOOKED_AT = '';

/**
 * Looks at a study's series once, remembers what changed, and submits it when its time has come. True when the
 * series could be listed. A fault of the archive is reported as an event, and the study stays remembered.
 * @throws what the store or `submit` throws; the signal's reason when aborted.
 */
export async function visitStudy(deps: VisitDeps, settings: VisitSettings, visit: Visit): Promise<boolean> {
  const { study, known, signal } = visit;
  const series = await attempt(deps, visit, () => deps.archive.findSeries(study, signal));
  const listed = !(series instanceof Failure);
  if (listed && known === null && !series.some((one) => one.modality === 'MR')) return true;
  const watched = await remember(deps, study, known, listed ? series : null);
  if (watched.submittedFingerprint === watched.fingerprint) return listed;
  const waitingSince = watched.submittedFingerprint === null ? watched.firstSeenAt : watched.changedAt;
  const waitedMs = deps.clock.now().getTime() - waitingSince.getTime();
  const overdue = waitedMs >= settings.longestWaitMs;
  let why: SubmitReason | null = null;
  if (!listed) why = overdue && !series.retryable ? 'longest-wait' : null;
  else if (await isComplete(deps, settings, visit, watched)) why = 'complete';
  else if (overdue) why = 'longest-wait';
  if (why === null) return listed;
  await deps.submit(study, why);
  await deps.store.save({ ...watched, submittedFingerprint: watched.fingerprint });
  visit.rolesAbsent.delete(study);
  deps.onEvent({ kind: 'study-submitted', study, why, waitedMs });
  return listed;
}

/** Saves the study when it is new or its MR series changed. `series` is null when they could not be listed. */
async function remember(
  deps: VisitDeps,
  study: StudyInstanceUid,
  known: WatchedStudy | null,
  series: readonly SeriesSummary[] | null,
): Promise<WatchedStudy> {
  const fingerprint = series === null ? (known?.fingerprint ?? NOT_LOOKED_AT) : studyFingerprint(series);
  if (known !== null && known.fingerprint === fingerprint) return known;
  const now = deps.clock.now();
  const watched: WatchedStudy = {
    studyInstanceUid: study,
    fingerprint,
    firstSeenAt: known?.firstSeenAt ?? now,
    changedAt: now,
    submittedFingerprint: known?.submittedFingerprint ?? null,
  };
  await deps.store.save(watched);
  deps.onEvent({ kind: known === null ? 'study-noticed' : 'study-changed', study });
  return watched;
}

async function isComplete(
  deps: VisitDeps,
  settings: VisitSettings,
  visit: Visit,
  watched: WatchedStudy,
): Promise<boolean> {
  const { study, rolesAbsent, signal } = visit;
  const quiet = deps.clock.now().getTime() - watched.changedAt.getTime() >= settings.quietMs;
  if (!quiet || rolesAbsent.get(study) === watched.fingerprint) return false;
  const present = await attempt(deps, visit, () => deps.rolesPresent(study, signal));
  if (present === false) rolesAbsent.set(study, watched.fingerprint);
  return present === true;
}

class Failure {
  readonly retryable: boolean;
  constructor(error: unknown) {
    this.retryable = !(error instanceof ArchiveError) || error.retryable;
  }
}

/** Runs a request to the archive; what it throws becomes an event, unless the watcher is being stopped. */
async function attempt<T>(
  deps: VisitDeps,
  { study, signal }: Visit,
  run: () => Promise<T>,
): Promise<T | Failure> {
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted();
    deps.onEvent({ kind: 'study-failed', study, error });
    return new Failure(error);
  }
}
