import type { PackUse } from '../domain/pack-agreement.ts';
import { type InferenceAway, openInferenceGate } from '../inference/network/remote/inference-gate.ts';
import { type InferenceServer, openInferenceServer } from '../inference/network/remote/inference-server.ts';
import { loadModelPack } from '../inference/pack/load-model-pack.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { toldPack } from '../inference/pack/told-pack.ts';
import type { Gate } from '../process/gate.ts';
import { checkNamedNetworks, networksElsewhere } from './networks-elsewhere.ts';
import type { Ground } from './open-core.ts';
import type { Packs } from './read-packs.ts';

/** The packs of a process that analyses, and the server on which networks of theirs run. */
export interface Networks extends Packs<ModelPack> {
  /** Null: all of them run in this process. */
  readonly elsewhere: { readonly server: InferenceServer; readonly gate: Gate<InferenceAway> } | null;
}

/**
 * Loads the networks of the packs; they end with the ground. An inference server that is away is waited for by the work, not
 * by the start.
 * @throws ModelPackError, ExecutionProviderError; InferenceError where the inference server is not what the packs say.
 */
export async function loadNetworks(ground: Ground): Promise<Networks> {
  const { config, events, closing, packs: described } = ground;
  const { model } = config;
  const { inference } = model;
  if (inference !== null) checkNamedNetworks(described, inference);
  const server = inference && openInferenceServer(inference, events.inferenceAsked);
  if (server !== null) closing.addLast(() => server.close());
  const load = (use: PackUse, folder: string | null) => loadPack(ground, use, folder, server);
  const serving = (await load('serving', model.packDir))!;
  const canary = await load('canary', model.canary?.packDir ?? null);
  const shadow = await load('shadow', model.shadowPackDir);
  const reporting = canary === null ? [serving] : [serving, canary];
  if (config.results.kinds.includes('SEG') && reporting.every(({ segmenters }) => segmenters.length === 0)) {
    events.nothingOutlines(reporting.map(({ manifest }) => manifest.name));
  }
  const gate = server && (await openInferenceGate({ server, onChange: events.inferenceAway }));
  if (gate !== null) {
    closing.add(() => gate.close());
    if (gate.closed === null) events.inferenceSeen();
  }
  const elsewhere = server && gate && { server, gate };
  return {
    serving: told(ground, 'serving', serving),
    canary: canary && told(ground, 'canary', canary),
    shadow: shadow && told(ground, 'shadow', shadow),
    elsewhere,
  };
}

async function loadPack(
  { config: { model }, events, closing }: Ground,
  use: PackUse,
  folder: string | null,
  server: InferenceServer | null,
): Promise<ModelPack | null> {
  if (folder === null) return null;
  const choice = { preferred: model.executionProviders, required: model.executionProviderRequired };
  const there = server && model.inference && networksElsewhere(use, server, model.inference);
  const pack = await loadModelPack(folder, choice, model.threads, there);
  closing.addLast(() => pack.close());
  for (const { wanted, reason } of pack.fallbacks) {
    events.executionProviderFallback(wanted, pack.provider, reason);
  }
  return pack;
}

function told({ events }: Ground, use: PackUse, pack: ModelPack): ModelPack {
  events.packLoaded(use, pack.algorithm);
  // The shadow's runs and findings are no part of what a result takes and says.
  if (use === 'shadow') return pack;
  const { localiser, classifiers } = pack.manifest;
  events.packReports(
    pack.algorithm,
    [localiser, ...classifiers].map(({ file }) => file),
  );
  return toldPack(pack, events.networkRan);
}
