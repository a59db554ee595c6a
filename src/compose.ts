import type { Config } from './config/config.ts';
import type { BegunDatabase } from './database/open-database.ts';
import { createOperationsApp } from './http/app.ts';
import { OPEN_ACCESS } from './http/guard/access.ts';
import type { Events } from './observe/events/events.ts';
import { watcherHealth } from './observe/watcher-health.ts';
import { closingStack } from './process/closing-stack.ts';
import { keepRetention } from './retention/keep-retention.ts';
import { openKeys } from './roles/access-of.ts';
import type { Networks } from './roles/load-networks.ts';
import { type Core, type Ground, openCore, openGround } from './roles/open-core.ts';
import { operationsParts } from './roles/operations-parts.ts';
import { PROGRAM_VERSION } from './roles/program-version.ts';
import type { startApi } from './roles/start-api.ts';
import { startCallbacks } from './roles/start-callbacks.ts';
import type { StartedWatcher } from './roles/start-watcher.ts';
import type { StartedWorker } from './roles/start-worker.ts';
import { workGate } from './roles/work-gate.ts';

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
 * @param begun the database that is being opened; it ends with the service.
 * @throws ModelPackError, FolderInUseError and the like: the service cannot start, and says why.
 */
export async function compose(config: Config, begun: BegunDatabase): Promise<Service> {
  const closing = closingStack();
  closing.add(async () => (await begun.opened.catch(() => null))?.close());
  try {
    const ground = await openGround(config, closing);
    const opening = openCore(ground, begun);
    const [code, [core, networks]] = await bothOrNone(
      codeOf(config),
      bothOrNone(opening, networksBeside(opening, ground, begun)),
    );
    await openKeys(core);
    return ofRole(core, networks, code);
  } catch (cause) {
    await closing.close().catch(() => undefined);
    throw cause;
  }
}

type Code = Awaited<ReturnType<typeof codeOf>>;

const hasNetworks = ({ role }: Config): boolean => role === 'all' || role === 'worker';
const takesIn = ({ role }: Config): boolean => role === 'all' || role === 'api';

/** The code of what the role does, and of nothing that it does not: it is loaded while the database opens. */
async function codeOf(config: Config) {
  const { role, watch, worklist } = config;
  const watches = (role === 'all' || role === 'watcher') && (watch.enabled || worklist !== null);
  const [api, worker, watcher] = await Promise.all([
    takesIn(config) ? import('./roles/start-api.ts') : null,
    hasNetworks(config) ? import('./roles/start-worker.ts') : null,
    watches ? import('./roles/start-watcher.ts') : null,
  ]);
  return { api, worker, watcher };
}

/** Networks load on threads of their own while the database opens on its; one that has still to be made comes first. */
async function networksBeside(
  opening: Promise<Core>,
  ground: Ground,
  begun: BegunDatabase,
): Promise<Networks | null> {
  if (!hasNetworks(ground.config)) return null;
  if (!begun.isMade) await opening;
  const { loadNetworks } = await import('./roles/load-networks.ts');
  return loadNetworks(ground);
}

/** Nothing is being opened any more when one of them has failed: what was can be closed. */
async function bothOrNone<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

function ofRole(core: Core, networks: Networks | null, { api, worker, watcher }: Code): Service {
  const { watch, http } = core.config;
  const apart = http.operations !== null;
  const health = watcherHealth(watcher !== null && watch.enabled);
  const running = { networks, watcher: health };
  const operations = operationsParts(core, running);
  const started: (StartedWorker | StartedWatcher | ReturnType<typeof startCallbacks>)[] = [];
  return {
    app:
      api === null
        ? createOperationsApp(operations)
        : api.startApi(core, operations, networks, workGate(core, networks)),
    operationsApp: apart ? createOperationsApp({ ...operations, access: OPEN_ACCESS }) : null,
    events: core.events,
    facts: facts(core, networks?.serving.provider ?? null),
    async start() {
      started.push(startCallbacks(core), keepRetention(core.database, core.config.retention, core.events));
      if (worker !== null && networks !== null) started.push(await worker.startWorker(core, networks));
      if (watcher !== null) started.push(watcher.startWatcher(core, health));
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
