import { Registry } from 'prom-client';
import { NO_EVENTS } from '../../src/cloudevents/event-kinds.ts';
import type { AppParts } from '../../src/http/app.ts';
import { OPEN_ACCESS } from '../../src/http/guard/access.ts';
import { heldAgainstContract } from '../../src/http/requests/held-against-contract.ts';

/** Compiled once for all the apps of a test file. */
const CONTRACT = heldAgainstContract();

/** Parts of an API in which everything that is asked fails in the same way. */
export function refusingParts(
  error: () => unknown = () => new Error('nobody asks'),
): Omit<AppParts, 'events'> {
  const refuse = async () => {
    throw error();
  };
  return {
    access: OPEN_ACCESS,
    contract: CONTRACT,
    callbacks: { allows: () => false, ask: refuse },
    deliveries: { list: refuse, replay: refuse },
    queue: {
      ...{ submit: refuse, askedBefore: refuse, find: refuse, ofStudy: refuse, list: refuse },
      ...{ eventsAfter: refuse, stats: refuse, stopping: false },
    },
    eventKinds: NO_EVENTS,
    callWatcher: refuse,
    steering: { cancel: refuse, retry: refuse, retryAll: refuse, acknowledge: refuse },
    follower: {
      // biome-ignore lint/correctness/useYield: it fails before
      async *follow() {
        throw error();
      },
      following: 0,
    },
    seriesOf: refuse,
    picture: refuse,
    region: refuse,
    measured: refuse,
    models: () => [],
    readiness: refuse,
    shadow: refuse,
    registry: new Registry(),
  };
}
