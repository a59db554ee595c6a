import type { Config } from './config/config.ts';
import { createOperationsApp } from './http/app.ts';
import { OPEN_ACCESS } from './http/guard/access.ts';
import type { Events } from './observe/events/events.ts';
import { watcherHealth } from './observe/watcher-health.ts';
import { keepRetention } from './retention/keep-retention.ts';
import { openKeys } from './roles/access-of.ts';
import { loadNetworks } from './roles/load-networks.ts';
import { type Core, openCore } from './roles/open-core.ts';
import { operationsParts } from './roles/operations-parts.ts';
import { PROGRAM_VERSION } from './roles/program-version.ts';
import { startApi } from './roles/start-api.ts';
import { startCallbacks } from './roles/start-callbacks.ts';
import { type StartedWatcher, startWatcher } from './roles/start-watcher.ts';
import { type StartedWorker, startWorker, workGate } from './roles/start-worker.ts';

/** The parts of the role, wired: an app to listen with, work to start, and one way to stop it all. */
export interface Service {
  readonly app: ReturnType<typeof startApi>;
  /** Probes and metrics for whoever asks: for a listener of its own, where there is one. */
  readonly operationsApp: ReturnType<typeof startApi> | null;
  readonly events: Events;
  /** What runs, for the log. */
  readonly facts: Omit<Parameters<Events['serviceStarted']>[0], 'address'>;
  /** Begins watching and analysing, where that is the role. Called once, after the app listens. */
  start(): Promise<void>;
  /** No new work; the running analysis finishes within the configured time or goes back to the queue. */
  stop(): Promise<void>;
}

/**
 * Wires what the role of the process needs, and no more. What was opened before a part failed is closed again.
 * @throws ModelPackError, FolderInUseError and the like: the service cannot start, and says why.
 */
export async function compose(config: Config): Promise<Service> {
  const core = await openCore(config);
  try {
    await openKeys(core);
    return await ofRole(core);
  } catch (cause) {
    await core.closing.close().catch(() => undefined);
    throw cause;
  }
}

async function ofRole(core: Core): Promise<Service> {
  const { role, watch, worklist, http } = core.config;
  const apart = http.operations !== null;
  const serves = role === 'all' || role === 'api';
  const works = role === 'all' || role === 'worker';
  const watcher = role === 'all' || role === 'watcher';
  const watches = watcher && watch.enabled;
  const performs = watcher && worklist !== null;
  const networks = works ? await loadNetworks(core) : null;
  const health = watcherHealth(watches);
  const running = { networks, watcher: health };
  const operations = operationsParts(core, running);
  const started: (StartedWorker | StartedWatcher | ReturnType<typeof startCallbacks>)[] = [];
  return {
    app: serves
      ? startApi(core, operations, networks, workGate(core, networks))
      : createOperationsApp(operations),
    operationsApp: apart ? createOperationsApp({ ...operations, access: OPEN_ACCESS }) : null,
    events: core.events,
    facts: facts(core, networks?.serving.provider ?? null),
    async start() {
      started.push(startCallbacks(core), keepRetention(core.database, core.config.retention, core.events));
      if (networks !== null) started.push(await startWorker(core, networks));
      if (watches || performs) started.push(startWatcher(core, health));
    },
    async stop() {
      core.stopping.abort();
      // Side by side: all within the time that is configured, and all before the database closes.
      await Promise.all(started.map((part) => part.stop()));
      await core.closing.close();
    },
  };
}

function facts(
  { config: { role }, packs: { serving } }: Core,
  executionProvider: string | null,
): Service['facts'] {
  const { name, version } = serving.manifest;
  return {
    role,
    version: PROGRAM_VERSION,
    packName: name,
    packVersion: version,
    packSha256: serving.sha256,
    executionProvider: executionProvider ?? 'none',
  };
}
