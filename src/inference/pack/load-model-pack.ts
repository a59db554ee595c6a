import { availableParallelism } from 'node:os';
import type { Algorithm } from '../../domain/assessment.ts';
import { compareTensors } from '../network/compare-tensors.ts';
import type { ProviderChoice } from '../network/execution-provider.ts';
import { expectedTensors } from '../network/expected-tensors.ts';
import { type LoadedNetwork, loadNetwork } from '../network/load-network.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import { networkThreads } from '../network/network-threads.ts';
import type { ModelAddress } from '../network/remote/inference-options.ts';
import type { InferenceServer, RemoteNetwork } from '../network/remote/inference-server.ts';
import { trialAnswer } from '../network/remote/trial.ts';
import type { ModelPack } from './model-pack.ts';
import { ModelPackError } from './model-pack-error.ts';
import { readManifest } from './read-manifest.ts';
import { networksOf, readNetworks } from './read-networks.ts';
import { segmentersOf } from './segmenter-spec.ts';
import { type RanThere, toldServer } from './told-server.ts';

/** Which networks of a pack run on an inference server. */
export interface NetworksElsewhere {
  readonly server: InferenceServer;
  /** As which of its models; null: the network runs in this process. */
  addressOf(network: { readonly file: string; readonly sha256: string }): ModelAddress | null;
}

/** A network with how it differs from the manifest; null where it runs elsewhere. */
interface Loaded {
  readonly here: LoadedNetwork | null;
  readonly problems: readonly string[];
}

/**
 * Reads, checks and loads the pack in `folder`: the manifest against its schema, each network's SHA-256, and the
 * names, types and shapes of its inputs and outputs against the manifest.
 * @param elsewhere of networks that run there the server is asked nothing yet: it has to be verified before they run.
 * @throws ModelPackError naming every difference; Error when no execution provider works.
 */
export async function loadModelPack(
  folder: string,
  choice: ProviderChoice,
  threads: number,
  elsewhere: NetworksElsewhere | null = null,
): Promise<ModelPack> {
  const { manifest, sha256 } = await readManifest(folder);
  const files = await readNetworks(folder, manifest);
  const wanted = expectedTensors(manifest);
  const networks = networksOf(manifest);
  const shared = networkThreads(availableParallelism());
  const runners: ModelRunner[] = [];
  const there: RemoteNetwork[] = [];
  const close = async () => {
    for (const runner of Object.values(runners)) await runner.close();
  };
  const load = async (i: number, on: ProviderChoice): Promise<Loaded> => {
    const { file, bytes } = files[i]!;
    const tensors = wanted[i]!;
    const address = elsewhere?.addressOf(networks[i]!) ?? null;
    if (elsewhere === null || address === null) {
      const network = await loadNetwork(shared, file, bytes, on, threads);
      runners[i] = network.runner;
      return { here: network, problems: await compareTensors(file, network.runner, tensors) };
    }
    const network = {
      ...address,
      file,
      tensors,
      own: await trialAnswer(shared, file, bytes, tensors, threads),
    };
    there[i] = network;
    runners[i] = elsewhere.server.add(network);
    return { here: null, problems: [] };
  };
  let first: LoadedNetwork | null = null;
  try {
    const problems: string[] = [];
    let next = 0;
    // The first network of this process decides where all of them run …
    for (; next < files.length && first === null; next++) {
      const { here, problems: found } = await load(next, choice);
      first = here;
      problems.push(...found);
    }
    const on = first === null ? choice : { preferred: [first.provider], required: true };
    // … and the others are loaded side by side.
    const rest = await Promise.allSettled(files.slice(next).map((_, k) => load(next + k, on)));
    for (const each of rest) {
      if (each.status === 'rejected') throw each.reason;
      problems.push(...each.value.problems);
    }
    if (problems.length > 0) throw new ModelPackError(folder, problems);
  } catch (cause) {
    await close();
    throw cause;
  }
  const count = manifest.classifiers.length;
  const provider = first?.provider ?? 'remote';
  const { name, version, licence } = manifest;
  const algorithm: Algorithm = {
    ...{ name, version, packSha256: sha256, executionProvider: provider },
    ...(licence && { licence: licence.name }),
  };
  const ran: RanThere =
    elsewhere === null ? () => algorithm : toldServer(algorithm, elsewhere.server, Object.values(there));
  return {
    manifest,
    sha256,
    get algorithm() {
      return ran();
    },
    provider,
    fallbacks: first?.fallbacks ?? [],
    localiser: runners[0]!,
    classifiers: runners.slice(1, 1 + count),
    foramenFinder: manifest.foramenFinder ? runners[1 + count]! : null,
    segmenters: manifest.segmenter
      ? segmentersOf(manifest.segmenter).map(({ plane, network }) => ({
          ...{ plane, spec: network },
          runner: runners[networks.indexOf(network)]!,
        }))
      : [],
    close,
  };
}
