import type { EventWriter } from './event-writer.ts';

/** A callback as the log knows it: of its URL no more than the host, as the rest may be a secret. */
interface CallbackAttempt {
  readonly id: string;
  readonly url: string;
  readonly attempts: number;
}
type AttemptEnd =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'failed'; readonly fault: string; readonly status: number | null };

/** Whoever asked to be told of analyses that have ended. */
export function callbackEvents({ log, metrics, fault }: EventWriter) {
  const facts = ({ id, url, attempts }: CallbackAttempt) => ({
    callback: id,
    host: URL.parse(url)?.host ?? '',
    attempt: attempts,
  });
  return {
    /** Whom to ask at every scrape for what is still to be told. */
    watchCallbacks: metrics.watchCallbacks,
    callbackAttempted(attempt: CallbackAttempt, end: AttemptEnd, ms: number) {
      metrics.callbackAttempts.inc({ result: resultOf(end) });
      const told = { event: 'callback-attempted', ...facts(attempt), status: end.status, ms: Math.round(ms) };
      if (end.kind === 'failed') {
        return log.warn({ ...told, fault: end.fault }, 'a callback could not be delivered');
      }
      metrics.callbackSeconds.observe(ms / 1000);
      log.debug(told, 'callback delivered');
    },
    /** Delivered, or given up: nothing is sent any more unless somebody asks for a replay. */
    callbackEnded(attempt: CallbackAttempt, outcome: 'delivered' | 'failed') {
      metrics.callbacksEnded.inc({ outcome });
      if (outcome === 'failed') {
        log.error({ event: 'callback-given-up', ...facts(attempt) }, 'a callback is given up');
      }
    },
    callbackFault(error: unknown) {
      metrics.faults.inc({ part: 'callbacks' });
      log.error({ event: 'callback-fault', ...fault(error) }, 'fault while callbacks were delivered');
    },
  };
}

function resultOf(end: AttemptEnd): string {
  if (end.status !== null) return `${Math.floor(end.status / 100)}xx`;
  if (end.kind === 'delivered') return '2xx';
  if (end.fault === 'no-answer') return 'none';
  return end.fault === 'not-in-time' ? end.fault : 'not-sent';
}
