import type { MetricDefiner } from './metric-definer.ts';

/** From a listing of nothing to a poll that reads hundreds of studies. */
const POLL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** From a quiet time of seconds to a longest wait of hours. */
const WAIT_BUCKETS = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 14_400];

const WHY = ['complete', 'longest-wait', 'failed-for-now', 'changed-meanwhile'];

/** The watcher. */
export function watchMetrics({ counter, gauge, histogram }: MetricDefiner) {
  return {
    polls: counter({
      name: 'watcher_polls_total',
      help: 'Polls of the archive, by outcome.',
      labels: { outcome: ['ok', 'failed'] },
    }),
    pollSeconds: histogram(
      { name: 'watcher_poll_duration_seconds', help: 'Time of a poll that came to its end.' },
      POLL_BUCKETS,
    ),
    ...pollGauges(gauge),
    studyVisitsFailed: counter({
      name: 'watcher_study_failures_total',
      help: 'Times that a listed study could not be looked at or submitted; it is tried again.',
    }),
    studiesNoticed: counter({ name: 'studies_noticed_total', help: 'Studies seen for the first time.' }),
    watchSubmissions: counter({
      name: 'watch_submissions_total',
      help: 'Studies that the watcher submitted, by why it did; each has joined an open analysis or got one.',
      labels: { why: WHY },
    }),
    watchWaitSeconds: histogram(
      {
        name: 'watch_wait_seconds',
        help: 'From when a study was first seen, or changed after it had been submitted, until the watcher submitted it; by why it did.',
        labels: { why: ['complete', 'longest-wait'] },
      },
      WAIT_BUCKETS,
    ),
  };
}

/** Absent in a process without a watcher. */
function pollGauges(gauge: MetricDefiner['gauge']) {
  return {
    pollInterval: gauge({
      name: 'watcher_poll_interval_seconds',
      help: 'WATCH_POLL_MS: from the end of a poll to the next.',
      absent: true,
    }),
    watcherActing: gauge({
      name: 'watcher_acting',
      help: '1 in the process that watches the archive, 0 in one that stands by to take over.',
      absent: true,
    }),
    lastPoll: gauge({
      name: 'watcher_last_poll_timestamp_seconds',
      help: 'When the archive was last polled with success; 0 when it never was since the process started.',
      absent: true,
    }),
    cursor: gauge({
      name: 'watcher_cursor_timestamp_seconds',
      help: 'When the last poll began that left no study behind: what is older has been seen.',
      absent: true,
    }),
    awaited: gauge({
      name: 'watcher_awaited_studies',
      help: 'Studies that were seen and not yet submitted, at the last poll.',
      absent: true,
    }),
  };
}
