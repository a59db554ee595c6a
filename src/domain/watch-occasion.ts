/**
 * Why the watcher hands a study to the queue. `complete`: quiet, with every role the model needs. `longest-wait`: not,
 * but waiting longer is not worth it. `failed-for-now`: it was analysed and failed of a fault that may have passed.
 * `changed-meanwhile`: it was handed over while an analysis of it ran, which may have read it before.
 */
export type SubmitReason = 'complete' | 'longest-wait' | 'failed-for-now' | 'changed-meanwhile';

/** On what occasion the watcher submits a study. */
export interface WatchOccasion {
  readonly why: SubmitReason;
  /**
   * Since the study was first seen, or since it last changed when it had been submitted before, as far as a process
   * watched; null where it did not wait for images.
   */
  readonly waitedMs: number | null;
}
