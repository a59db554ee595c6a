import { callbackAsker } from '../callbacks/callback-asker.ts';
import { deliveryStore } from '../callbacks/delivery-store.ts';
import type { Archive } from '../dicomweb/archive.ts';
import { CATALOGUE } from '../domain/catalogue.ts';
import { Fault } from '../domain/fault.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { createApp, type OperationsAppParts } from '../http/app.ts';
import { analysisFollower } from '../jobs/analysis-follower.ts';
import { analysisReader } from '../jobs/analysis-reader.ts';
import { analysisSteering } from '../jobs/analysis-steering.ts';
import { analysisSubmitter } from '../jobs/analysis-submitter.ts';
import { shadowComparison } from '../shadow/shadow-comparison.ts';
import { shadowStore } from '../shadow/shadow-store.ts';
import type { Core } from './open-core.ts';

/** The HTTP API, to listen with: takes studies in and tells what became of them; analyses nothing itself. */
export function startApi(core: Core, operations: OperationsAppParts) {
  const { config, database, board, events, traced, gate, stopping, archive, closing } = core;
  const follower = analysisFollower(database, events);
  closing.add(async () => follower.close());
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  return createApp({
    ...operations,
    follower,
    steering: analysisSteering(database, board, events, submitter.submit),
    seriesOf: (study) => seriesOf(archive, study),
    shadow: (since) => shadowComparison(shadowStore(database), since),
    callbacks: callbackAsker(database, config.callbacks.rules),
    deliveries: deliveryStore(database),
    queue: {
      ...analysisReader(database, gate),
      submit: traced.submit(submitter.submit),
      askedBefore: submitter.askedBefore,
      get stopping() {
        return submitter.stopping;
      },
    },
  });
}

/** For a client that waits for its answer. */
const SERIES_LIMIT_MS = 10_000;

/** The series of a study by name; whatever is wrong with the archive, a client is told that it cannot be asked now. */
async function seriesOf(archive: Archive, study: StudyInstanceUid): Promise<readonly string[]> {
  try {
    const series = await archive.findSeries(study, AbortSignal.timeout(SERIES_LIMIT_MS));
    return series.map(({ seriesInstanceUid }) => seriesInstanceUid);
  } catch (cause) {
    throw new Fault('archive-unavailable', CATALOGUE['archive-unavailable'].meaning, { cause });
  }
}
