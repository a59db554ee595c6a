import type { SeriesOverride } from '../domain/series-role.ts';
import type { Traceparent } from '../domain/traceparent.ts';
import type { WatchOccasion } from '../domain/watch-occasion.ts';

/** In the order in which they are taken. */
export const PRIORITIES = ['stat', 'routine', 'backfill'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** How somebody wants a study to be analysed. */
export interface AnalysisRequest {
  readonly priority: Priority;
  /** Whether results are composed and stored anew although nothing changed. */
  readonly force: boolean;
  /** For people: shown, and never sent to the archive. */
  readonly note: string | null;
  readonly series: SeriesOverride;
}

/** What nobody wants otherwise. */
export const AS_EVER: AnalysisRequest = { priority: 'routine', force: false, note: null, series: {} };

/** What a client names a request by, to repeat it without harm. */
export interface IdempotencyKey {
  readonly key: string;
  /** Of study and payload: the same key stands for the same request alone. */
  readonly fingerprint: string;
}

/** What comes with a submission beside study and trigger. */
export interface SubmitOptions {
  /** Why the watcher asks, where it does. */
  readonly occasion?: WatchOccasion;
  /** Of which trace the analysis is to be a part, where it is the first to ask. */
  readonly traceparent?: Traceparent | null | undefined;
  readonly request?: AnalysisRequest;
  readonly key?: IdempotencyKey | null;
}
