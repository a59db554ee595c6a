import { callbackAsker } from '../callbacks/callback-asker.ts';
import { deliveryStore } from '../callbacks/delivery-store.ts';
import { ArchiveError } from '../dicomweb/archive.ts';
import { CATALOGUE } from '../domain/catalogue.ts';
import { Fault } from '../domain/fault.ts';
import { createApp, type OperationsAppParts } from '../http/app.ts';
import { analysisFollower } from '../jobs/analysis-follower.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSteering } from '../jobs/analysis-steering.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import type { WorkGate } from '../jobs/workshop.ts';
import { sqlResultOutbox } from '../results/sql-result-outbox.ts';
import { summaryPicture } from '../results/summary-picture.ts';
import { shadowComparison } from '../shadow/shadow-comparison.ts';
import { shadowStore } from '../shadow/shadow-store.ts';
import { callWatcher } from '../watch/watch-call.ts';
import { intakeGuard } from './intake-guard.ts';
import type { Networks } from './load-networks.ts';
import type { Core } from './open-core.ts';
import { toldModels } from './told-models.ts';

/** The HTTP API, to listen with: takes studies in and tells what became of them; analyses nothing itself. */
export function startApi(
  core: Core,
  operations: OperationsAppParts,
  networks: Networks | null,
  waitsAt: Pick<WorkGate, 'closed'>,
) {
  const { config, database, board, events, traced, stopping, archive, decode, closing, packs } = core;
  const { limits } = config;
  const follower = analysisFollower(database, events);
  closing.add(async () => follower.close());
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  const mayTakeIn = intakeGuard(core);
  const traceably = traced.submit(submitter.submit);
  const submit: typeof traceably = async (...asked) => {
    await mayTakeIn();
    return traceably(...asked);
  };
  return createApp({
    ...operations,
    follower,
    steering: analysisSteering(database, board, events, submit),
    seriesOf: (study) =>
      asked(async (signal) =>
        (await archive.findSeries(study, signal)).map(({ seriesInstanceUid }) => seriesInstanceUid),
      ),
    picture: (study, object) =>
      asked((signal) =>
        summaryPicture({ outbox: sqlResultOutbox(database), archive }, study, object, signal),
      ),
    region: (study, finding, graded) =>
      asked(async (signal) => {
        const { regionPicture } = await pictures();
        return regionPicture({ archive, decode, limits }, study, { finding, graded }, signal);
      }),
    measured: (study, slice, graded) =>
      asked(async (signal) => {
        const { measuredPicture } = await pictures();
        return measuredPicture({ archive, decode, limits }, study, slice, graded, signal);
      }),
    models: () => toldModels(packs, networks),
    shadow: (since) => shadowComparison(shadowStore(database), since),
    eventKinds: config.eventKinds,
    async callWatcher(studies) {
      await mayTakeIn();
      await callWatcher(database, studies);
    },
    callbacks: callbackAsker(database, config.callbacks.rules),
    deliveries: deliveryStore(database),
    queue: {
      ...analysisReader(database, waitsAt),
      submit,
      askedBefore: submitter.askedBefore,
      get stopping() {
        return submitter.stopping;
      },
    },
  });
}

/** Loaded when a picture is first asked for: a process that only takes studies in draws none. */
const pictures = () => import('../results/archived-picture.ts');

/** For a client that waits for its answer. */
const ANSWER_LIMIT_MS = 10_000;

/** Whatever is wrong with the archive, a client is told that it cannot be asked now. */
async function asked<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  try {
    return await ask(signal);
  } catch (cause) {
    if (!(cause instanceof ArchiveError) && !signal.aborted) throw cause;
    throw new Fault('archive-unavailable', CATALOGUE['archive-unavailable'].meaning);
  }
}
