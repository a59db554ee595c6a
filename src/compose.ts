import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { studyAnalysis } from './analyze-study.ts';
import type { Config } from './config/config.ts';
import { openDatabase } from './database/open-database.ts';
import type { Database } from './database/sql.ts';
import { writeProbe } from './database/write-probe.ts';
import { deterministicUid } from './dicom/deterministic-uid.ts';
import type { Archive } from './dicomweb/archive.ts';
import { type ArchiveGate, archiveGate } from './dicomweb/archive-gate.ts';
import { openArchive } from './dicomweb/open-archive.ts';
import { createApp } from './http/app.ts';
import { loadModelPack } from './inference/pack/load-model-pack.ts';
import type { ModelPack } from './inference/pack/model-pack.ts';
import { type AnalysisQueue, openAnalysisQueue } from './jobs/analysis-queue.ts';
import { createEvents, type Events } from './observe/events.ts';
import { readinessChecks, type WatcherHealth, watcherHealth } from './observe/readiness.ts';
import { startDecoderPool } from './pixels/decoder-pool.ts';
import type { DecodeFrame } from './pixels/encoded-frame.ts';
import { type WorkInHand, workInHand } from './process/work-in-hand.ts';
import { createResultOutbox } from './results/sql-result-outbox.ts';
import type { ObserverDevice } from './sr/encode/result-header.ts';
import { archiveImages } from './study/archive-images.ts';
import { inspectStudy } from './study/inspect-study.ts';
import { watchStudies } from './watch/study-watcher.ts';
import type { WatchEvent } from './watch/watch-event.ts';
import { createWatchLedger } from './watch/watch-ledger.ts';

/** The parts, wired: an app to listen with, work to start, and one way to stop it all. */
export interface Service {
  readonly app: ReturnType<typeof createApp>;
  readonly events: Events;
  readonly version: string;
  readonly pack: ModelPack;
  /** Begins watching and analysing. Called once, after the app listens. */
  start(): Promise<void>;
  /** No new work; the running analysis finishes within the configured time or goes back to the queue. */
  stop(): Promise<void>;
}

/** Longest wait between polls while the archive cannot be reached. */
const MAX_POLL_BACKOFF_MS = 120_000;
/** Studies the watcher looks at side by side. */
const WATCH_CONCURRENCY = 4;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Wires the service. What was opened before a part failed is closed again.
 * @throws ModelPackError, FolderInUseError and the like: the service cannot start, and says why.
 */
export async function compose(config: Config): Promise<Service> {
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    const faults: unknown[] = [];
    for (const close of closing.splice(0).reverse()) await close().catch((fault) => faults.push(fault));
    if (faults.length > 0) throw faults[0];
  };
  try {
    return await wire(config, closing, closeAll);
  } catch (cause) {
    await closeAll().catch(() => undefined);
    throw cause;
  }
}

async function wire(
  config: Config,
  closing: (() => Promise<unknown>)[],
  closeAll: () => Promise<void>,
): Promise<Service> {
  const registry = new Registry();
  const events = openEvents(config, registry);
  const pack = await openPack(config, events);
  closing.push(() => pack.close());
  const archive = openArchive(config, { onWay: events.archiveWayFound, onPassedOver: events.passedOver });
  closing.push(() => archive.close());
  const decoders = startDecoderPool(config.decoding);
  closing.push(() => decoders.close());
  const database = await openDatabase({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl?.reveal() ?? null,
    onFault: (error) => events.databaseFault(error),
    onMended: (count) => events.dataFilesClosed(count),
  });
  closing.push(() => database.close());
  const gate = archiveGate({ archive, onChange: events.archiveAway });
  closing.push(() => gate.close());
  const hand = workInHand();
  const queue = await openAnalysisQueue(database, events, config.jobs, { gate, hand });
  const stopQueue = () => queue.stop({ timeoutMs: config.shutdownTimeoutMs });
  closing.push(stopQueue);
  events.watchQueue(() => queue.depth());

  const { decode } = decoders;
  const analyze = studyAnalysis({
    archive,
    decode,
    pack,
    outbox: createResultOutbox(database),
    profile: { ...config.results, observer: observerDevice(config) },
    now: () => new Date(),
    limits: config.limits,
    rules: config.seriesRules,
    onWarning: events.objectStoredWithWarning,
    onPassedOver: events.passedOver,
  });
  const probe = writeProbe(database);
  const watcher = watcherHealth(config.watch.enabled);
  const stopWatching = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  return {
    app: createApp({
      queue,
      registry,
      events,
      readiness: () => readinessChecks({ database: probe, archive, pack, watcher, gate }),
      alive: () => database.alive(),
    }),
    events,
    version,
    pack,
    async start() {
      await queue.work(analyze);
      if (!config.watch.enabled) return;
      watching = watch(
        config,
        { archive, decode, pack, queue, database, events, watcher, gate, hand },
        stopWatching.signal,
      );
    },
    async stop() {
      stopWatching.abort();
      // Side by side: both within the time that is configured, and both before the database closes.
      await Promise.all([watching, stopQueue()]);
      await closeAll();
    },
  };
}

function openEvents(config: Config, registry: Registry): Events {
  const { level, studyUids, pseudonymKey } = config.log;
  const key = pseudonymKey === null ? {} : { pseudonymKey: pseudonymKey.reveal() };
  return createEvents({ logLevel: level, registry, studyUids, ...key });
}

async function openPack({ model }: Config, events: Events): Promise<ModelPack> {
  const choice = { preferred: model.executionProviders, required: model.executionProviderRequired };
  const pack = await loadModelPack(model.packDir, choice, model.threads);
  for (const { wanted, reason } of pack.fallbacks)
    events.executionProviderFallback(wanted, pack.provider, reason);
  return pack;
}

/** The device observer's UID follows from its name and serial number: the same device in every report. */
function observerDevice({ report }: Config): ObserverDevice {
  return {
    uid: deterministicUid('device', report.manufacturer, report.deviceName, report.deviceSerialNumber),
    name: report.deviceName,
    manufacturer: report.manufacturer,
    modelName: report.modelName,
    serialNumber: report.deviceSerialNumber,
    softwareVersion: version,
  };
}

interface WatchParts {
  readonly archive: Archive;
  readonly decode: DecodeFrame;
  readonly pack: ModelPack;
  readonly queue: AnalysisQueue;
  readonly database: Database;
  readonly events: Events;
  readonly watcher: WatcherHealth;
  readonly gate: ArchiveGate;
  readonly hand: WorkInHand;
}

async function watch(config: Config, parts: WatchParts, signal: AbortSignal): Promise<void> {
  const { archive, decode, pack, queue, database, events, watcher, gate, hand } = parts;
  const deps = {
    archive,
    store: createWatchLedger(database, { longestLookMs: 2 * config.limits.maxReadingMs }),
    gate,
    hand,
    clock: {
      now: () => new Date(),
      elapsedMs: () => performance.now(),
      sleep: (ms: number, stop: AbortSignal) => sleep(ms, undefined, { signal: stop }),
    },
    submit: async (study: Parameters<AnalysisQueue['submit']>[0]) =>
      void (await queue.submit(study, 'watch')),
    rolesPresent: async (study: Parameters<AnalysisQueue['submit']>[0], stop: AbortSignal) => {
      const settings = { decode, limits: config.limits, rules: config.seriesRules, signal: stop };
      const source = archiveImages(archive, study, config.limits);
      const { selection, final } = await inspectStudy(source, pack.manifest, settings);
      return final || pack.manifest.uses.every((role) => selection.chosen.has(role));
    },
    onEvent: (event: WatchEvent) => {
      watcher.note(event);
      tell(event, events);
    },
  };
  const { pollMs: pollIntervalMs, quietMs, longestWaitMs, overlapDays, lookBackDays } = config.watch;
  const waits = { pollIntervalMs, quietMs, longestWaitMs, maxBackoffMs: MAX_POLL_BACKOFF_MS };
  try {
    await watchStudies(deps, { ...waits, overlapDays, lookBackDays, concurrency: WATCH_CONCURRENCY }, signal);
  } catch (cause) {
    watcher.died();
    events.serviceFault(cause);
  }
}

function tell(event: WatchEvent, events: Events): void {
  const { kind } = event;
  if (kind === 'study-noticed') events.studyNoticed(event.study);
  if (kind === 'study-failed') events.watcherStudyFailed(event.study, event.error);
  if (kind === 'study-set-aside') events.studySetAside(event.study, 'watcher');
  if (kind === 'count-untrue')
    events.passedOver('count-untrue', event.study, 'NumberOfStudyRelatedInstances (0020,1208)');
  if (kind === 'odd-dates-cut-off') events.passedOver('query-cut-off', null, `over ${event.atMost} results`);
  if (kind === 'odd-dates-failed') events.watcherOddDatesFailed(event.error);
  if (kind === 'poll-failed') events.watcherPollFailed(event.error);
  if (kind === 'poll-completed') events.watcherPolled({ studies: event.listed });
}
