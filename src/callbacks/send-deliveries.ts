import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/sql.ts';
import type { Events } from '../observe/events/events.ts';
import { type CallbackRules, keysFor } from './callback-rules.ts';
import type { Attempt, AttemptResult } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { fanOut } from './fan-out.ts';
import type { PostWebhook } from './post-webhook.ts';

export interface SendingParts {
  readonly database: Database;
  readonly store: Pick<DeliveryStore, 'isDue' | 'claim' | 'settle'>;
  /** As they are now. */
  readonly rules: () => CallbackRules;
  readonly post: PostWebhook;
  readonly events: Pick<Events, 'callbackAttempted' | 'callbackEnded' | 'callbackFault'>;
}

/** How often it is looked whether anything is to be told. */
const LOOK_MS = 1_000;
/** Attempts at a time in this process. */
const AT_ONCE = 16;

/**
 * Tells receivers of analyses that have ended, until `stop`. Any number of processes of a database may do so side by
 * side. One that ends in the middle of an attempt leaves it to be made again, under the same id.
 */
export function sendDeliveries(parts: SendingParts): { stop(): Promise<void> } {
  const { database, store, rules, events } = parts;
  const stopping = new AbortController();
  const inFlight = new Map<Promise<void>, string>();
  const round = async () => {
    if (!(await store.isDue())) return;
    await fanOut(
      database,
      rules().endpoints.map(({ url }) => url),
    );
    if (inFlight.size >= AT_ONCE) return;
    for (const attempt of await store.claim(AT_ONCE - inFlight.size, [...new Set(inFlight.values())])) {
      const sending = send(parts, attempt, stopping.signal).catch(events.callbackFault);
      inFlight.set(sending, attempt.url);
      void sending.finally(() => inFlight.delete(sending));
    }
  };
  const sending = (async () => {
    while (!stopping.signal.aborted) {
      await round().catch(events.callbackFault);
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await Promise.all(inFlight.keys());
  })();
  return {
    async stop() {
      stopping.abort();
      await sending;
    },
  };
}

async function send(
  { store, rules, post, events }: SendingParts,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<void> {
  const keys = keysFor(rules(), attempt.url);
  const beganMs = performance.now();
  const result: AttemptResult =
    keys === null
      ? { kind: 'failed', fault: 'host-not-allowed', status: null, retryAfterSeconds: null }
      : await post(attempt, keys, signal);
  if (result.kind !== 'called-off') {
    events.callbackAttempted(attempt, result, performance.now() - beganMs);
  }
  const state = await store.settle(attempt, result);
  if (state !== 'waiting') events.callbackEnded(attempt, state);
}
