import { deliveryStore } from '../callbacks/delivery-store.ts';
import { writeProbe } from '../database/write-probe.ts';
import type { OperationsAppParts } from '../http/app.ts';
import { openAnalyses } from '../jobs/ledger/open-analyses.ts';
import type { WatcherHealth } from '../observe/watcher-health.ts';
import { accessOf } from './access-of.ts';
import type { Core } from './open-core.ts';
import { readinessChecks } from './readiness-checks.ts';

/** What runs in the process, for its readiness to tell of. */
export interface Running {
  /** Where the networks of this process run; null where it has none. */
  readonly executionProvider: string | null;
  readonly watcher: WatcherHealth;
}

/** What orchestration and monitoring ask of a process of any role. */
export function operationsParts(core: Core, { executionProvider, watcher }: Running): OperationsAppParts {
  const { database, events, registry, archive, packs, gate, stopping } = core;
  const probe = writeProbe(database);
  const parts = { database: probe, archive, pack: { ...packs.serving, executionProvider }, watcher, gate };
  events.watchQueue(() => openAnalyses(database));
  events.watchCallbacks(deliveryStore(database).depth);
  return {
    access: accessOf(core),
    queue: {
      get stopping() {
        return stopping.signal.aborted;
      },
    },
    registry,
    events,
    readiness: () => readinessChecks(parts),
    alive: () => database.alive(),
  };
}
