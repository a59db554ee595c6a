import { randomUUID } from 'node:crypto';
import type { WorklistSettings } from '../config/worklist-settings.ts';
import { WORKLIST_TIMEOUT_MS } from '../config/worklist-settings.ts';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { connectionOptions } from '../dicomweb/connection-options.ts';
import { followSubscription } from '../dicomweb/ups/subscription.ts';
import { upsWorklist } from '../dicomweb/ups/ups-worklist.ts';
import type { Worklist } from '../dicomweb/ups/worklist.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSteering } from '../jobs/analysis-steering.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import { RequestError } from '../jobs/request-errors.ts';
import type { WatchDeps } from '../watch/watch-deps.ts';
import type { WatchLease } from '../watch/watch-lease.ts';
import { createStep } from '../worklist/create-step.ts';
import { type ListenerDeps, listenToWorklist } from '../worklist/listen-to-worklist.ts';
import { type Hints, performSteps } from '../worklist/perform-steps.ts';
import type { PerformerDeps, PerformerSettings } from '../worklist/performer-deps.ts';
import { sqlClaimStore } from '../worklist/sql-claim-store.ts';
import { matchingKeys, PERFORMER_STATION } from '../worklist/which-steps.ts';
import { intakeGuard } from './intake-guard.ts';
import type { Core } from './open-core.ts';
import { tellWorklistEvent } from './tell-worklist-event.ts';

const MAX_BACKOFF_MS = 120_000;
/** A channel on which nothing came for so long is opened anew: a dead one looks the same as a quiet one. */
const SILENCE_MS = 15 * 60_000;
const OPEN_TIMEOUT_MS = 30_000;

export interface WorklistPart {
  /** Performs steps until the signal aborts. */
  perform(signal: AbortSignal): Promise<void>;
  /** Makes a step of a study; null where the settings want none made. */
  readonly create: ((study: StudyInstanceUid) => Promise<void>) | null;
  close(): Promise<void>;
}

/** The performer of the worklist of the settings; acts where the watcher of this process does. */
export function worklistPart(
  core: Core,
  settings: WorklistSettings,
  lease: WatchLease,
  clock: WatchDeps['clock'],
): WorklistPart {
  const worklist = openWorklist(core, settings);
  const { pacs } = core.config;
  const { station, ...which } = settings;
  const performer: PerformerSettings = {
    which: { ...which, station },
    station: { ...(station ?? PERFORMER_STATION), meaning: 'spinegrade' },
    pollMs: settings.pollMs,
    maxBackoffMs: MAX_BACKOFF_MS,
    mostClaims: settings.mostClaims,
    archiveUrl: retrievedFrom(core),
    storesAt: pacs.roots.stow ?? pacs.url,
  };
  const deps = performerDeps(core, worklist, lease, clock);
  const follow = follower(core, settings, worklist);
  return {
    async perform(signal) {
      const hints: Hints = { changed: false, cancels: new Set() };
      const listening = settings.subscribes ? listenToWorklist({ ...deps, follow }, hints, signal) : null;
      await Promise.all([performSteps(deps, performer, hints, signal), listening]);
    },
    create: settings.creates ? creator(core, settings, worklist) : null,
    close: () => worklist.close(),
  };
}

/** Root of WADO-RS. */
function retrievedFrom({ config: { pacs } }: Core): string {
  return pacs.roots.wado ?? pacs.url;
}

function creator(
  core: Core,
  which: WorklistSettings,
  worklist: Worklist,
): NonNullable<WorklistPart['create']> {
  const { archive, events, stopping } = core;
  const target = { which, archiveUrl: retrievedFrom(core) };
  return async (study) => {
    const deps = { archive, worklist, now: () => new Date() };
    const { workitem, created } = await createStep(deps, target, study, stopping.signal);
    if (created) events.stepCreated(workitem, study);
  };
}

function openWorklist({ events }: Core, settings: WorklistSettings): Worklist {
  return upsWorklist({
    url: settings.url,
    ...connectionOptions(settings),
    connections: 4,
    headersTimeoutMs: WORKLIST_TIMEOUT_MS,
    bodyTimeoutMs: WORKLIST_TIMEOUT_MS,
    totalTimeoutMs: 2 * WORKLIST_TIMEOUT_MS,
    onWay: events.archiveWayFound,
    onExchange: events.archiveAsked,
    onCertificate: events.worklistCertificateSeen,
  });
}

function performerDeps(
  core: Core,
  worklist: Worklist,
  lease: WatchLease,
  clock: WatchDeps['clock'],
): PerformerDeps {
  const { archive, database, board, events, traced, stopping, gate } = core;
  const submitter = analysisSubmitter({ transaction: lease.whileHeld }, board, events, stopping.signal);
  const submit = traced.submit(submitter.submit);
  const steering = analysisSteering(database, board, events, submitter.submit);
  const mayTakeIn = intakeGuard(core);
  return {
    worklist,
    store: sqlClaimStore(database, lease.whileHeld),
    findSeries: (study, signal) => archive.findSeries(study, signal),
    analyses: {
      async submit(study, request) {
        await mayTakeIn();
        return (await submit(study, 'worklist', { request })).id;
      },
      find: (id) => analysisReader(database, gate).find(id),
      cancel: (id) =>
        steering.cancel(id).catch((error: unknown) => {
          if (!(error instanceof RequestError)) throw error;
        }),
    },
    clock,
    newUid: () => deterministicUid(randomUUID()),
    onEvent: (event) => tellWorklistEvent(event, events),
  };
}

/** Subscribes to what is meant. */
function follower(
  { config }: Pick<Core, 'config'>,
  settings: WorklistSettings,
  worklist: Worklist,
): ListenerDeps['follow'] {
  const openTimeoutMs = Math.min(OPEN_TIMEOUT_MS, config.pacs.timeoutMs);
  return (onEvent, onOpen, signal) =>
    followSubscription(worklist, settings.aeTitle, matchingKeys(settings), {
      ...{ onEvent, onOpen, signal, openTimeoutMs },
      silenceMs: SILENCE_MS,
    });
}
