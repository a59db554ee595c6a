import { inTime } from '../../process/in-time.ts';
import { sharedWhileRunning } from '../../process/shared-while-running.ts';
import type { MetricDefiner } from './metric-definer.ts';
import { ANSWER_LIMIT_MS } from './storage-metrics.ts';

/** From a receiver next door to one that is given up. */
const ATTEMPT_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** What became of an attempt: the class of the status; no answer; none in time; not sent, as that is not allowed. */
export const ATTEMPT_ENDS = ['2xx', '3xx', '4xx', '5xx', 'none', 'not-in-time', 'not-sent'];

/** What is still to be told, and what could not be, in all processes. */
export interface CallbackDepth {
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  readonly failed: number;
  readonly endpointsOff: number;
}

/** Who is told of analyses that have ended. What is asked for is the same in every process that shares the database. */
export function callbackMetrics({ counter, histogram, askedGauge }: MetricDefiner) {
  let read: (() => Promise<CallbackDepth>) | null = null;
  const depth = sharedWhileRunning(async () =>
    read === null ? null : await inTime(read(), ANSWER_LIMIT_MS),
  );
  const asked = (name: string, help: string, value: (depth: CallbackDepth) => number) =>
    askedGauge({ name, help }, async () => {
      const now = await depth();
      return now === null ? [] : [{ value: value(now) }];
    });
  asked('callbacks_waiting', 'Callbacks that are still to be delivered.', ({ waiting }) => waiting);
  asked(
    'callbacks_oldest_age_seconds',
    'How long the oldest of them has been waiting.',
    ({ oldestWaitingSeconds }) => oldestWaitingSeconds,
  );
  asked(
    'callbacks_failed',
    'Callbacks that were given up and that nobody has asked to be replayed.',
    ({ failed }) => failed,
  );
  asked(
    'callback_endpoints_off',
    'Receivers that answered 410 and are told nothing any more.',
    ({ endpointsOff }) => endpointsOff,
  );
  return {
    callbackAttempts: counter({
      name: 'callback_attempts_total',
      help: 'Attempts to deliver a callback, by what became of them: the class of the status, none (no answer), not-in-time, not-sent (its host or address is not allowed).',
      labels: { result: ATTEMPT_ENDS },
    }),
    callbackSeconds: histogram(
      {
        name: 'callback_attempt_duration_seconds',
        help: 'From an attempt to deliver a callback to its answer, of those answered with a 2xx.',
      },
      ATTEMPT_BUCKETS,
    ),
    callbacksEnded: counter({
      name: 'callbacks_total',
      help: 'Callbacks delivered, and those given up.',
      labels: { outcome: ['delivered', 'failed'] },
    }),
    watchCallbacks(of: () => Promise<CallbackDepth>) {
      read = of;
    },
  };
}
