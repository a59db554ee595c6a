import type { Config } from './config/config.ts';
import { isDatabaseMade } from './database/open-database.ts';
import { createOperationsApp } from './http/app.ts';
import { OPEN_ACCESS } from './http/guard/access.ts';
import type { Events } from './observe/events/events.ts';
import { watcherHealth } from './observe/watcher-health.ts';
import { closingStack } from './process/closing-stack.ts';
import { keepRetention } from './retention/keep-retention.ts';
import { openKeys } from './roles/access-of.ts';
import { loadNetworks, type Networks } from './roles/load-networks.ts';
import { type Core, type Ground, openCore, openGround } from './roles/open-core.ts';
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
  const closing = closingStack();
  try {
    const ground = await openGround(config, closing);
    const opening = openCore(ground);
    const [core, networks] = await bothOrNone(opening, networksBeside(opening, ground));
    await openKeys(core);
    return ofRole(core, networks);
  } catch (cause) {
    await closing.close().catch(() => undefined);
    throw cause;
  }
}

/** Networks load on threads of their own while the database opens on its; one that has still to be made comes first. */
async function networksBeside(opening: Promise<Core>, ground: Ground): Promise<Networks | null> {
  const { role, dataDir, databaseUrl } = ground.config;
  if (role !== 'all' && role !== 'worker') return null;
  const isMade = isDatabaseMade({ dataDir, databaseUrl: databaseUrl?.reveal() ?? null });
  if (!isMade) await opening;
  return loadNetworks(ground);
}

/** Nothing is being opened any more when one of them has failed: what was can be closed. */
async function bothOrNone<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

function ofRole(core: Core, networks: Networks | null): Service {
  const { role, watch, worklist, http } = core.config;
  const apart = http.operations !== null;
  const serves = role === 'all' || role === 'api';
  const watcher = role === 'all' || role === 'watcher';
  const watches = watcher && watch.enabled;
  const performs = watcher && worklist !== null;
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
