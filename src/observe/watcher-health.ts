/** What readiness tells of the watcher. */
export interface WatcherCheck {
  readonly ok: boolean;
  readonly detail: string | null;
  readonly enabled: boolean;
  /** ISO 8601; null before the first poll that succeeded. */
  readonly lastPollAt: string | null;
}

/** What the watcher last did. */
export interface WatcherHealth {
  polled(): void;
  pollFailed(): void;
  /** The watcher's loop ended although nobody stopped it. */
  died(): void;
  check(): WatcherCheck;
}

/** Begins as healthy: the first poll is yet to come. */
export function watcherHealth(enabled: boolean): WatcherHealth {
  let lastPollAt: string | null = null;
  let detail: string | null = null;
  return {
    polled() {
      lastPollAt = new Date().toISOString();
      detail = null;
    },
    pollFailed() {
      detail = 'the last poll of the archive failed';
    },
    died() {
      detail = 'the watcher has stopped';
    },
    check: () => ({ ok: detail === null, detail, enabled, lastPollAt }),
  };
}
