import { type Archive, ArchiveError, type SeriesSummary } from '../dicomweb/archive.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { SubmitReason, WatchOccasion } from '../domain/watch-occasion.ts';
import type { WorkInHand } from '../process/work-in-hand.ts';
import { studyFingerprint } from './study-fingerprint.ts';
import { type StudyWaits, studyWaits } from './study-waits.ts';
import { isCall, isNoFingerprint, NOT_LOOKED_AT } from './watch-call.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

export interface VisitDeps {
  readonly archive: Pick<Archive, 'findSeries'>;
  readonly store: Pick<WatchStore, 'find' | 'save' | 'forget' | 'beginLook' | 'endLook'>;
  readonly clock: {
    /** For people to read; it may jump. */
    now(): Date;
    /** Milliseconds since any moment, by a clock that never jumps. */
    elapsedMs(): number;
  };
  /** Hands the study to the queue; durable once it resolves. May be called twice for one state of a study. */
  submit(study: StudyInstanceUid, occasion: WatchOccasion): Promise<void>;
  /** Whether the series the model needs are there. */
  rolesPresent(study: StudyInstanceUid, signal: AbortSignal): Promise<boolean>;
  /** Where a look at images may end the process: shared with all other such work. */
  readonly hand: WorkInHand;
  readonly gate: ArchiveGate;
  onEvent(event: WatchEvent): void;
}

export interface VisitSettings {
  /** How long the counts must stand still before a study can be complete. */
  readonly quietMs: number;
  /** After this long a study is handed over with what is there. */
  readonly longestWaitMs: number;
}

/** What this process has seen; lost with it. */
export interface VisitMemory {
  /** The fingerprint found to lack a role, by study: asked once, as roles depend on the images alone. */
  readonly rolesAbsent: Map<StudyInstanceUid, string>;
  readonly waits: Map<StudyInstanceUid, StudyWaits>;
}

export interface Visit {
  readonly study: StudyInstanceUid;
  /** What the store holds of it, null when it is new. */
  readonly known: WatchedStudy | null;
  readonly memory: VisitMemory;
  readonly signal: AbortSignal;
}

/** Of the longest wait: a study's wait so far is saved in such steps, so that restarts do not begin it anew. */
const SAVED_STEP = 1 / 20;

/**
 * Looks at a study's series once, remembers what changed, and submits it when its time has come. Returns how many
 * instances the series hold, null when they could not be listed. A fault of the archive is reported as an event, and
 * the study stays remembered.
 * @throws what the store or `submit` throws; the signal's reason when aborted.
 */
export async function visitStudy(
  deps: VisitDeps,
  settings: VisitSettings,
  visit: Visit,
): Promise<number | null> {
  const { study, known, memory, signal } = visit;
  const askedAtMs = deps.clock.elapsedMs();
  const series = await attempt(deps, visit, () => deps.archive.findSeries(study, signal));
  const listed = !(series instanceof Failure);
  const instances = listed ? series.reduce((sum, { instanceCount }) => sum + instanceCount, 0) : null;
  if (listed && isNoneOfOurs(known, series)) {
    // An archive may tell of a study before it lists its first series.
    const mayCome =
      series.length === 0 && known !== null && isWithinQuiet(deps, settings, visit, known, askedAtMs);
    if (known !== null && !mayCome) await deps.store.forget(study, known.fingerprint);
    return instances;
  }
  const watched = await remember(deps, visit, listed ? series : null);
  if (watched.submittedFingerprint === watched.fingerprint) return instances;
  const waits = studyWaits(memory.waits.get(study), watched, askedAtMs, deps.clock.elapsedMs());
  memory.waits.set(study, waits);
  const { waitedMs } = waits;
  const overdue = waitedMs >= settings.longestWaitMs;
  let why: SubmitReason | null = null;
  if (!listed) why = overdue && series.lasts ? 'longest-wait' : null;
  else if (waits.quietMs >= settings.quietMs && (await hasRoles(deps, visit, watched))) why = 'complete';
  else if (overdue) why = 'longest-wait';
  if (why === null) {
    const step = settings.longestWaitMs * SAVED_STEP;
    if (waitedMs - watched.waitedMs > step)
      await deps.store.save({ ...watched, waitedMs }, watched.fingerprint);
    return instances;
  }
  await deps.submit(study, { why, waitedMs });
  await deps.store.save({ ...watched, submittedFingerprint: watched.fingerprint }, watched.fingerprint);
  memory.rolesAbsent.delete(study);
  memory.waits.delete(study);
  return instances;
}

/** Whether there are no MR series, and none were ever seen. */
function isNoneOfOurs(known: WatchedStudy | null, series: readonly SeriesSummary[]): boolean {
  const isNew = known === null || (known.submittedFingerprint === null && isNoFingerprint(known.fingerprint));
  return isNew && !series.some((one) => one.modality === 'MR');
}

function isWithinQuiet(
  { clock }: VisitDeps,
  { quietMs }: VisitSettings,
  { study, memory }: Visit,
  known: WatchedStudy,
  askedAtMs: number,
): boolean {
  const waits = studyWaits(memory.waits.get(study), known, askedAtMs, clock.elapsedMs());
  memory.waits.set(study, waits);
  return waits.quietMs < quietMs;
}

/** Saves the study when it is new or its MR series changed. `series` is null when they could not be listed. */
async function remember(
  deps: VisitDeps,
  { study, known, memory }: Visit,
  series: readonly SeriesSummary[] | null,
): Promise<WatchedStudy> {
  const fingerprint = series === null ? (known?.fingerprint ?? NOT_LOOKED_AT) : studyFingerprint(series);
  if (known !== null && known.fingerprint === fingerprint) return known;
  // A study that was called for may be just as it was.
  const before = memory.waits.get(study)?.fingerprint ?? known?.submittedFingerprint ?? null;
  const isAsBefore = known !== null && fingerprint === before;
  const now = deps.clock.now();
  const watched: WatchedStudy = {
    studyInstanceUid: study,
    fingerprint,
    firstSeenAt: known?.firstSeenAt ?? now,
    changedAt: isAsBefore ? known.changedAt : now,
    waitedMs: isAsBefore || known?.submittedFingerprint === null ? known.waitedMs : 0,
    submittedFingerprint: known?.submittedFingerprint ?? null,
    looksCutOff: known?.looksCutOff ?? 0,
    setAside: known?.setAside ?? false,
  };
  await deps.store.save(watched, known?.fingerprint ?? null);
  const isNoticed = known === null || (isCall(known.fingerprint) && (before === null || isCall(before)));
  if (!isAsBefore) deps.onEvent({ kind: isNoticed ? 'study-noticed' : 'study-changed', study });
  return watched;
}

/** Asks for the roles, unless these images were found to lack one. The only part of a visit that reads images. */
async function hasRoles(deps: VisitDeps, visit: Visit, watched: WatchedStudy): Promise<boolean> {
  const { study, memory, signal } = visit;
  if (memory.rolesAbsent.get(study) === watched.fingerprint) return false;
  const { hand, store } = deps;
  const inTurn = watched.looksCutOff > 0 ? hand.alone : hand.beside;
  const present = await inTurn(async () => {
    if (!(await store.beginLook(study))) return null;
    let whole = false;
    try {
      const answer = await attempt(deps, visit, () => deps.rolesPresent(study, signal));
      whole = !(answer instanceof Failure);
      return answer;
    } finally {
      await store.endLook(study, whole);
    }
  }, signal);
  if (present === false) memory.rolesAbsent.set(study, watched.fingerprint);
  return present === true;
}

class Failure {
  /** Nothing changes until somebody does something: so that they know, the study is handed to the queue as it is. */
  readonly lasts: boolean;
  constructor(error: unknown) {
    const refused = error instanceof ArchiveError && error.code === 'archive-refuses-credentials';
    this.lasts = refused || (error instanceof ArchiveError && !error.retryable);
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
    await deps.gate.isAway(error, signal);
    return new Failure(error);
  }
}
