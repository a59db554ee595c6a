import type { StudyInstanceUid } from '../domain/uid.ts';

/** What the watcher remembers of a study across restarts. */
export interface WatchedStudy {
  readonly studyInstanceUid: StudyInstanceUid;
  /**
   * Hash over (SeriesInstanceUID, instance count) of the MR series: our own SR does not change it. Of a study that was not
   * looked at yet, or is to be looked at anew, something that no hash is (watch-call.ts).
   */
  readonly fingerprint: string;
  /** By the clock on the wall: for people. No wait is counted by it, as it may jump. */
  readonly firstSeenAt: Date;
  /** When the fingerprint last changed; for people, too. */
  readonly changedAt: Date;
  /** How long processes have watched it wait: since it was first seen, or since it changed after being submitted. */
  readonly waitedMs: number;
  /** The fingerprint last handed to the queue; null while the study is still awaited. */
  readonly submittedFingerprint: string | null;
  /** Looks at its images in the middle of which a process ended; a look that succeeds forgets them. */
  readonly looksCutOff: number;
  /** Work on it ended the process too often: left alone until an analysis that somebody asked for comes to an end. */
  readonly setAside: boolean;
}

/** The watcher's memory, kept in the ledger's database. */
export interface WatchStore {
  /** When the last complete poll began; null before the first. */
  cursor(): Promise<Date | null>;
  saveCursor(at: Date): Promise<void>;
  find(study: StudyInstanceUid): Promise<WatchedStudy | null>;
  /**
   * Saves all but the looks and whether it is set aside. A fingerprint that is no longer `before`, null where nothing was
   * kept, stays: the study was called for since it was read, and is to be looked at once more.
   */
  save(study: WatchedStudy, before: string | null): Promise<void>;
  /** Lets go of a study whose fingerprint is still `before`: there is nothing to watch. */
  forget(study: StudyInstanceUid, before: string): Promise<void>;
  /** Studies seen whose present fingerprint has not been handed to the queue, without those set aside. */
  awaited(): Promise<readonly WatchedStudy[]>;
  /**
   * Marks, durably, that this process begins to read the study's images. False, and nothing is marked, where it bears
   * the mark of a process whose cut-off look has not been counted yet.
   */
  beginLook(study: StudyInstanceUid): Promise<boolean>;
  /** Takes the mark away. `whole`: the look came to its end, so it cannot be the study that ends processes. */
  endLook(study: StudyInstanceUid, whole: boolean): Promise<void>;
  /** Counts the looks that ended with their process, and sets aside the studies where that was too often: those. */
  countCutOffLooks(): Promise<readonly StudyInstanceUid[]>;
  /** Studies whose latest analysis failed of a fault that may pass, long enough ago to be worth another one. */
  failedForNow(): Promise<readonly StudyInstanceUid[]>;
}
