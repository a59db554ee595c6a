import type { StudyInstanceUid } from '../domain/uid.ts';

/** What the watcher remembers of a study across restarts. */
export interface WatchedStudy {
  readonly studyInstanceUid: StudyInstanceUid;
  /** Hash over (SeriesInstanceUID, instance count) of the MR series: our own SR does not change it. */
  readonly fingerprint: string;
  readonly firstSeenAt: Date;
  /** When the fingerprint last changed. */
  readonly changedAt: Date;
  /** The fingerprint last handed to the queue; null while the study is still awaited. */
  readonly submittedFingerprint: string | null;
}

/** The watcher's memory, kept in the ledger's database. */
export interface WatchStore {
  /** When the last complete poll began; null before the first. */
  cursor(): Promise<Date | null>;
  saveCursor(at: Date): Promise<void>;
  find(study: StudyInstanceUid): Promise<WatchedStudy | null>;
  save(study: WatchedStudy): Promise<void>;
  /** Studies seen whose present fingerprint has not been handed to the queue. */
  awaited(): Promise<readonly WatchedStudy[]>;
}
