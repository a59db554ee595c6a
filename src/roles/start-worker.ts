import { studyAnalysis } from '../analyze-study.ts';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { loadModelPack } from '../inference/pack/load-model-pack.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { toldPack } from '../inference/pack/told-pack.ts';
import { openAnalysisWorker } from '../jobs/analysis-worker.ts';
import { sqlResultOutbox } from '../results/sql-result-outbox.ts';
import type { ObserverDevice } from '../sr/encode/result-header.ts';
import type { Core } from './open-core.ts';
import { PROGRAM_VERSION } from './program-version.ts';

export interface StartedWorker {
  /** Running analyses finish within the configured time or go back to the queue. */
  stop(): Promise<void>;
}

/** Loads the networks of the pack; they end with the core. @throws ModelPackError, ExecutionProviderError */
export async function loadNetworks({ config: { model }, events, closing }: Core): Promise<ModelPack> {
  const choice = { preferred: model.executionProviders, required: model.executionProviderRequired };
  const pack = await loadModelPack(model.packDir, choice, model.threads);
  closing.addLast(() => pack.close());
  for (const { wanted, reason } of pack.fallbacks) {
    events.executionProviderFallback(wanted, pack.provider, reason);
  }
  const { localiser, classifiers } = pack.manifest;
  events.packLoaded(
    pack.algorithm,
    [localiser, ...classifiers].map(({ file }) => file),
  );
  return toldPack(pack, events.networkRan);
}

/** Takes up what an earlier process left unfinished, and then analyses what is submitted, wherever it was. */
export async function startWorker(core: Core, pack: ModelPack): Promise<StartedWorker> {
  const { config, archive, decode, database, events, traced } = core;
  const worker = await openAnalysisWorker(core, config.jobs);
  const analyze = studyAnalysis({
    archive,
    decode,
    pack,
    outbox: sqlResultOutbox(database),
    profile: { ...config.results, observer: observerDevice(core) },
    now: () => new Date(),
    limits: config.limits,
    rules: config.seriesRules,
    onPassedOver: events.passedOver,
    onGraded: events.studyGraded,
  });
  await worker.work(traced.stages(analyze), traced.observeRun);
  events.watchWorker({ concurrency: config.jobs.concurrency, running: () => worker.running });
  return { stop: () => worker.stop({ timeoutMs: config.shutdownTimeoutMs }) };
}

/** The device observer's UID follows from its name and serial number: the same device in every report. */
function observerDevice({ config: { report } }: Core): ObserverDevice {
  return {
    uid: deterministicUid('device', report.manufacturer, report.deviceName, report.deviceSerialNumber),
    name: report.deviceName,
    manufacturer: report.manufacturer,
    modelName: report.modelName,
    serialNumber: report.deviceSerialNumber,
    softwareVersion: PROGRAM_VERSION,
  };
}
