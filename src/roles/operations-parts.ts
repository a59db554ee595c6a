import { deliveryStore } from '../callbacks/delivery-store.ts';
import { writeProbe } from '../database/write-probe.ts';
import type { OperationsAppParts } from '../http/app.ts';
import { openAnalyses } from '../jobs/ledger/open-analyses.ts';
import type { WatcherHealth } from '../observe/watcher-health.ts';
import { accessOf } from './access-of.ts';
import type { Networks } from './load-networks.ts';
import type { Core } from './open-core.ts';
import { readinessChecks } from './readiness-checks.ts';

/** What runs in the process, for its readiness to tell of. */
export interface Running {
  /** Null where this process has none. */
  readonly networks: Networks | null;
  readonly watcher: WatcherHealth;
}

/** What orchestration and monitoring ask of a process of any role. */
export function operationsParts(core: Core, { networks, watcher }: Running): OperationsAppParts {
  const { database, events, registry, archive, packs, gate, stopping } = core;
  const probe = writeProbe(database);
  const pack = { ...packs.serving, executionProvider: networks?.serving.provider ?? null };
  const inference = networks?.elsewhere ?? null;
  const parts = { database: probe, archive, pack, watcher, gate, inference };
  events.watchQueue(() => openAnalyses(database));
  events.watchCallbacks(deliveryStore(database).depth);
  return {
    access: accessOf(core),
    contract: core.contract,
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
