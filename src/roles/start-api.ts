import { createApp } from '../http/app.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import type { Core } from './open-core.ts';
import { NEITHER_NETWORKS_NOR_WATCHER, operationsParts } from './operations-parts.ts';

/** The HTTP API, to listen with: takes studies in and tells what became of them; analyses nothing itself. */
export function startApi(core: Core, running = NEITHER_NETWORKS_NOR_WATCHER) {
  const { database, board, events, traced, gate, stopping } = core;
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  return createApp({
    ...operationsParts(core, running),
    queue: {
      ...analysisReader(database, gate),
      submit: traced.submit(submitter.submit),
      get stopping() {
        return submitter.stopping;
      },
    },
  });
}
