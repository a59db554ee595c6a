import { setTimeout as sleep } from 'node:timers/promises';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import type { WatcherHealth } from '../observe/watcher-health.ts';
import { archiveImages } from '../study/archive-images.ts';
import { inspectStudy } from '../study/inspect-study.ts';
import { type ActingDeps, actAlone } from '../watch/act-alone.ts';
import { watchStudies } from '../watch/study-watcher.ts';
import type { WatchDeps } from '../watch/watch-deps.ts';
import { type WatchLease, watchLease } from '../watch/watch-lease.ts';
import { createWatchLedger } from '../watch/watch-ledger.ts';
import { intakeGuard } from './intake-guard.ts';
import type { Core } from './open-core.ts';
import { packOf } from './read-packs.ts';
import { tellWatchEvent } from './tell-watch-event.ts';
import { type WorklistPart, worklistPart } from './worklist-part.ts';

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

/**
 * Watches the archive and submits what is complete, and performs the steps of the worklist, or stands by while the
 * watcher of another process does; of the model it needs the manifest alone.
 */
export function startWatcher(core: Core, health: WatcherHealth): StartedWatcher {
  const { enabled, pollMs, quietMs, longestWaitMs, overlapDays, lookBackDays } = core.config.watch;
  const settings = {
    pollIntervalMs: pollMs,
    quietMs,
    longestWaitMs,
    overlapDays,
    lookBackDays,
    maxBackoffMs: MAX_POLL_BACKOFF_MS,
    concurrency: WATCH_CONCURRENCY,
  };
  if (enabled) core.events.watcherBegan(pollMs);
  const lease = watchLease(core.database);
  const { worklist } = core.config;
  const steps = worklist === null ? null : worklistPart(core, worklist, lease, CLOCK);
  const deps = watchDeps(core, health, lease, steps?.create ?? null);
  const ended = new AbortController();
  const watching = actAlone(
    actingDeps(core, health, lease),
    async (signal) => {
      await Promise.all([
        enabled ? watchStudies(deps, settings, signal) : null,
        steps === null ? null : steps.perform(signal),
      ]);
    },
    ended.signal,
  ).catch((cause) => {
    health.died();
    core.events.serviceFault(cause);
  });
  return {
    async stop() {
      ended.abort();
      await watching;
      await steps?.close();
    },
  };
}

function actingDeps({ events }: Core, health: WatcherHealth, lease: WatchLease): ActingDeps {
  return {
    lease,
    clock: CLOCK,
    onActing(acting) {
      health.acts(acting);
      events.watcherActing(acting);
    },
    onFault: events.watcherLeaseFault,
  };
}

/** @param create makes a step of a study in place of an analysis; null: there is to be an analysis. */
function watchDeps(
  core: Core,
  health: WatcherHealth,
  lease: WatchLease,
  create: WorklistPart['create'],
): WatchDeps {
  const { archive, database, board, events, traced, gate, hand, stopping } = core;
  const submitter = analysisSubmitter({ transaction: lease.whileHeld }, board, events, stopping.signal);
  const submit = traced.submit(submitter.submit);
  const mayTakeIn = intakeGuard(core);
  return {
    archive,
    store: createWatchLedger(database, lease),
    gate,
    hand,
    clock: CLOCK,
    async submit(study, occasion) {
      await mayTakeIn();
      if (create !== null) return await create(study);
      await submit(study, 'watch', { occasion });
    },
    observeLook: traced.observeLook,
    rolesPresent: (study, signal) => rolesPresent(core, study, signal),
    onEvent: (event) => tellWatchEvent(event, events, health),
  };
}

/** Whether the series are there that the pack needs which will grade the study, or will never be. */
async function rolesPresent(core: Core, study: StudyInstanceUid, signal: AbortSignal): Promise<boolean> {
  const { archive, decode, packs, config } = core;
  const { manifest } = packOf(study, packs, config.model);
  const source = archiveImages(archive, study, config.limits);
  const settings = { decode, limits: config.limits, rules: config.seriesRules, signal };
  const { selection, final } = await inspectStudy(source, manifest, settings);
  return final || manifest.uses.every((role) => selection.chosen.has(role));
}
