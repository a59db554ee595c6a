import type { Config } from './config/config.ts';
import type { Events } from './observe/events/events.ts';
import { watcherHealth } from './observe/watcher-health.ts';
import { type Core, openCore } from './roles/open-core.ts';
import { PROGRAM_VERSION } from './roles/program-version.ts';
import { startApi } from './roles/start-api.ts';
import { type StartedWatcher, startWatcher } from './roles/start-watcher.ts';
import { loadNetworks, type StartedWorker, startWorker } from './roles/start-worker.ts';

/** The parts, wired: an app to listen with, work to start, and one way to stop it all. */
export interface Service {
  readonly app: ReturnType<typeof startApi>;
  readonly events: Events;
  /** What runs, for the log. */
  readonly facts: Omit<Parameters<Events['serviceStarted']>[0], 'address'>;
  /** Begins watching and analysing. Called once, after the app listens. */
  start(): Promise<void>;
  /** No new work; the running analysis finishes within the configured time or goes back to the queue. */
  stop(): Promise<void>;
}

/**
 * Wires a service of all roles: api, worker and, where it is wanted, watcher. What was opened before a part failed is
 * closed again.
 * @throws ModelPackError, FolderInUseError and the like: the service cannot start, and says why.
 */
export async function compose(config: Config): Promise<Service> {
  const core = await openCore(config);
  try {
    return await allRoles(core);
  } catch (cause) {
    await core.closing.close().catch(() => undefined);
    throw cause;
  }
}

async function allRoles(core: Core): Promise<Service> {
  const { config, events } = core;
  const pack = await loadNetworks(core);
  const health = watcherHealth(config.watch.enabled);
  const app = startApi(core, { executionProvider: pack.provider, watcher: health });
  const started: (StartedWorker | StartedWatcher)[] = [];
  return {
    app,
    events,
    facts: {
      version: PROGRAM_VERSION,
      packName: pack.manifest.name,
      packVersion: pack.manifest.version,
      packSha256: pack.sha256,
      executionProvider: pack.provider,
    },
    async start() {
      started.push(await startWorker(core, pack));
      if (config.watch.enabled) started.push(startWatcher(core, health));
    },
    async stop() {
      core.stopping.abort();
      // Side by side: all within the time that is configured, and all before the database closes.
      await Promise.all(started.map((role) => role.stop()));
      await core.closing.close();
    },
  };
}
