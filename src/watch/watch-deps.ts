import type { Archive } from '../dicomweb/archive.ts';
import type { PollWindowSettings } from './poll-window.ts';
import type { VisitDeps, VisitSettings } from './study-visit.ts';
import type { WatchStore } from './watch-store.ts';

export interface WatchDeps extends VisitDeps {
  readonly archive: Pick<Archive, 'findStudies' | 'findSeries'>;
  readonly store: WatchStore;
  /** Wraps each look at a study from outside. */
  readonly observeLook?: <Result>(look: () => Promise<Result>) => Promise<Result>;
  readonly clock: VisitDeps['clock'] & {
    /** Resolves or rejects at once when the signal aborts. */
    sleep(ms: number, signal: AbortSignal): Promise<void>;
  };
}

export interface WatchSettings extends VisitSettings, PollWindowSettings {
  /** From the end of one poll to the start of the next. */
  readonly pollIntervalMs: number;
  /** Longest wait between polls while they fail; the wait doubles from pollIntervalMs. */
  readonly maxBackoffMs: number;
  /** Studies looked at side by side. */
  readonly concurrency: number;
}
