/** What readiness tells of the watcher. */
export interface WatcherCheck {
  readonly ok: boolean;
  readonly detail: string | null;
  readonly enabled: boolean;
  /** False while another process watches the archive, and this one stands by. */
  readonly acting: boolean;
  /** ISO 8601; null before the first poll that succeeded. */
  readonly lastPollAt: string | null;
}

/** What the watcher last did. */
export interface WatcherHealth {
  polled(): void;
  pollFailed(): void;
  acts(acting: boolean): void;
  /** The watcher's loop ended although nobody stopped it. */
  died(): void;
  check(): WatcherCheck;
}

/** Begins as healthy: the first poll is yet to come. */
export function watcherHealth(enabled: boolean): WatcherHealth {
  let lastPollAt: string | null = null;
  let detail: string | null = null;
  let acting = false;
  return {
    polled() {
      lastPollAt = new Date().toISOString();
      detail = null;
    },
    pollFailed() {
      detail = 'the last poll of the archive failed';
    },
    acts(now) {
      acting = now;
      detail = null;
    },
    died() {
      detail = 'the watcher has stopped';
    },
    check: () => ({ ok: detail === null, detail, enabled, acting, lastPollAt }),
  };
}
