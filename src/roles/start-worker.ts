import { studyAnalysis } from '../analyze-study.ts';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { PackUse } from '../domain/pack-agreement.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { openAnalysisWorker } from '../jobs/analysis-worker.ts';
import { memoryBudget } from '../process/memory-budget.ts';
import { sqlResultOutbox } from '../results/sql-result-outbox.ts';
import { shadowGrader } from '../shadow/shadow-grader.ts';
import { shadowStore } from '../shadow/shadow-store.ts';
import type { ObserverDevice } from '../sr/encode/result-header.ts';
import type { Networks } from './load-networks.ts';
import type { Core } from './open-core.ts';
import { PROGRAM_VERSION } from './program-version.ts';
import { type Packs, packOf } from './read-packs.ts';
import { workGate } from './work-gate.ts';

export interface StartedWorker {
  /** Running analyses finish within the configured time or go back to the queue. */
  stop(): Promise<void>;
}

/** Takes up what an earlier process left unfinished, and then analyses what is submitted, wherever it was. */
export async function startWorker(core: Core, packs: Networks): Promise<StartedWorker> {
  const { config, events, traced } = core;
  const worker = await openAnalysisWorker({ ...core, gate: workGate(core, packs) }, config.jobs);
  const analyses = analysesBy(core, packs);
  await worker.work((study, run) => {
    const { use, pack, analyze } = packOf(study, analyses, config.model);
    if (packs.canary !== null) events.studyTakenUp(study, use, pack.algorithm);
    return traced.stages(analyze)(study, run);
  }, traced.observeRun);
  events.watchWorker({ concurrency: config.jobs.concurrency, running: () => worker.running });
  return { stop: () => worker.stop({ timeoutMs: config.shutdownTimeoutMs }) };
}

/** One pipeline a pack that reports; both have the one shadow. */
function analysesBy(core: Core, { serving, canary, shadow }: Packs<ModelPack>) {
  const { config, archive, decode, database, events } = core;
  const outbox = sqlResultOutbox(database);
  const memory = memoryBudget(config.jobs.memoryBytes);
  events.watchMemory(memory);
  const profile = { ...config.results, observer: observerDevice(core) };
  const shadowed = { store: shadowStore(database), events, atMost: config.jobs.concurrency };
  const shared = {
    ...{ archive, decode, outbox, profile, memory },
    now: () => new Date(),
    limits: config.limits,
    rules: config.seriesRules,
    onPassedOver: events.passedOver,
    onGraded: events.studyGraded,
    ...(shadow && { shadow: shadowGrader({ ...shadowed, pack: shadow }) }),
  };
  const by = <Use extends PackUse>(use: Use, pack: ModelPack) => ({
    use,
    pack,
    analyze: studyAnalysis({ ...shared, pack }),
  });
  return { serving: by('serving', serving), canary: canary && by('canary', canary) };
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
