import { callbackAsker } from '../callbacks/callback-asker.ts';
import { deliveryStore } from '../callbacks/delivery-store.ts';
import { createApp } from '../http/app.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import { shadowComparison } from '../shadow/shadow-comparison.ts';
import { shadowStore } from '../shadow/shadow-store.ts';
import { intakeGuard } from './intake-guard.ts';
import type { Core } from './open-core.ts';
import { operationsParts, type Running } from './operations-parts.ts';

/** The HTTP API, to listen with: takes studies in and tells what became of them; analyses nothing itself. */
export function startApi(core: Core, running: Running) {
  const { config, database, board, events, traced, gate, stopping } = core;
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  const submit = traced.submit(submitter.submit);
  const mayTakeIn = intakeGuard(core);
  return createApp({
    ...operationsParts(core, running),
    shadow: (since) => shadowComparison(shadowStore(database), since),
    callbacks: callbackAsker(database, config.callbacks.rules),
    deliveries: deliveryStore(database),
    queue: {
      ...analysisReader(database, gate),
      async submit(...asked) {
        await mayTakeIn();
        return await submit(...asked);
      },
      get stopping() {
        return submitter.stopping;
      },
    },
  });
}
