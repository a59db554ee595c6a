import { createApp, type OperationsAppParts } from '../http/app.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import { shadowComparison } from '../shadow/shadow-comparison.ts';
import { shadowStore } from '../shadow/shadow-store.ts';
import type { Core } from './open-core.ts';

/** The HTTP API, to listen with: takes studies in and tells what became of them; analyses nothing itself. */
export function startApi(core: Core, operations: OperationsAppParts) {
  const { database, board, events, traced, gate, stopping } = core;
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  return createApp({
    ...operations,
    shadow: (since) => shadowComparison(shadowStore(database), since),
    queue: {
      ...analysisReader(database, gate),
      submit: traced.submit(submitter.submit),
      get stopping() {
        return submitter.stopping;
      },
    },
  });
}
