import { setTimeout as sleep } from 'node:timers/promises';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import { type WatcherHealth, watcherHealth } from '../observe/watcher-health.ts';
import { archiveImages } from '../study/archive-images.ts';
import { inspectStudy } from '../study/inspect-study.ts';
import { watchStudies } from '../watch/study-watcher.ts';
import type { WatchDeps } from '../watch/watch-deps.ts';
import { createWatchLedger } from '../watch/watch-ledger.ts';
import type { Core } from './open-core.ts';
import { tellWatchEvent } from './tell-watch-event.ts';

/** Longest wait between polls while the archive cannot be reached. */
const MAX_POLL_BACKOFF_MS = 120_000;
/** Studies the watcher looks at side by side. */
const WATCH_CONCURRENCY = 4;

const CLOCK: WatchDeps['clock'] = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

export interface StartedWatcher {
  /** Resolves once the watcher rests. */
  stop(): Promise<void>;
}

/** Watches the archive and submits what is complete; of the model it needs the manifest alone. */
export function startWatcher(core: Core, health: WatcherHealth = watcherHealth(true)): StartedWatcher {
  const { pollMs, quietMs, longestWaitMs, overlapDays, lookBackDays } = core.config.watch;
  const settings = {
    pollIntervalMs: pollMs,
    quietMs,
    longestWaitMs,
    overlapDays,
    lookBackDays,
    maxBackoffMs: MAX_POLL_BACKOFF_MS,
    concurrency: WATCH_CONCURRENCY,
  };
  const ended = new AbortController();
  const watching = watchStudies(watchDeps(core, health), settings, ended.signal).catch((cause) => {
    health.died();
    core.events.serviceFault(cause);
  });
  return {
    async stop() {
      ended.abort();
      await watching;
    },
  };
}

function watchDeps(core: Core, health: WatcherHealth): WatchDeps {
  const { archive, database, board, events, gate, hand, stopping, config } = core;
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  return {
    archive,
    store: createWatchLedger(database, { longestLookMs: 2 * config.limits.maxReadingMs }),
    gate,
    hand,
    clock: CLOCK,
    submit: async (study, occasion) => void (await submitter.submit(study, 'watch', occasion)),
    rolesPresent: (study, signal) => rolesPresent(core, study, signal),
    onEvent: (event) => tellWatchEvent(event, events, health),
  };
}

/** Whether the series that the model needs are there, or will never be. */
async function rolesPresent(core: Core, study: StudyInstanceUid, signal: AbortSignal): Promise<boolean> {
  const { archive, decode, pack, config } = core;
  const source = archiveImages(archive, study, config.limits);
  const settings = { decode, limits: config.limits, rules: config.seriesRules, signal };
  const { selection, final } = await inspectStudy(source, pack.manifest, settings);
  return final || pack.manifest.uses.every((role) => selection.chosen.has(role));
}
