import { writeProbe } from '../database/write-probe.ts';
import { createApp } from '../http/app.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import { type WatcherHealth, watcherHealth } from '../observe/watcher-health.ts';
import type { Core } from './open-core.ts';
import { readinessChecks } from './readiness-checks.ts';

/** What else runs in the process, for its readiness to tell of. */
export interface ApiNeighbours {
  /** Where the networks of this process run; null where it has none. */
  readonly executionProvider: string | null;
  readonly watcher: WatcherHealth;
}

const NO_NEIGHBOURS: ApiNeighbours = { executionProvider: null, watcher: watcherHealth(false) };

/** The HTTP API, to listen with: takes studies in and tells what became of them; analyses nothing itself. */
export function startApi(core: Core, { executionProvider, watcher } = NO_NEIGHBOURS) {
  const { database, board, events, registry, archive, pack, gate, stopping } = core;
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  const reader = analysisReader(database, gate);
  events.watchQueue(() => reader.depth());
  const probe = writeProbe(database);
  const parts = { database: probe, archive, pack: { ...pack, executionProvider }, watcher, gate };
  return createApp({
    queue: {
      ...reader,
      submit: submitter.submit,
      get stopping() {
        return submitter.stopping;
      },
    },
    registry,
    events,
    readiness: () => readinessChecks(parts),
    alive: () => database.alive(),
  });
}
