import type { Algorithm } from '../../domain/assessment.ts';
import { compareTensors } from '../network/compare-tensors.ts';
import type { ProviderChoice } from '../network/execution-provider.ts';
import { expectedTensors } from '../network/expected-tensors.ts';
import { type LoadedNetwork, loadNetwork } from '../network/load-network.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { ModelAddress } from '../network/remote/inference-options.ts';
import type { InferenceServer, RemoteNetwork } from '../network/remote/inference-server.ts';
import { trialAnswer } from '../network/remote/trial.ts';
import type { ModelPack } from './model-pack.ts';
import { ModelPackError } from './model-pack-error.ts';
import { readManifest } from './read-manifest.ts';
import { networksOf, readNetworks } from './read-networks.ts';
import { type RanThere, toldServer } from './told-server.ts';

/** Which networks of a pack run on an inference server. */
export interface NetworksElsewhere {
  readonly server: InferenceServer;
  /** As which of its models; null: the network runs in this process. */
  addressOf(network: { readonly file: string; readonly sha256: string }): ModelAddress | null;
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
  const loaded: LoadedNetwork[] = [];
  const runners: ModelRunner[] = [];
  const there: RemoteNetwork[] = [];
  const close = async () => {
    for (const runner of runners) await runner.close();
  };
  try {
    const problems: string[] = [];
    for (const [i, { file, bytes }] of files.entries()) {
      const tensors = wanted[i]!;
      const address = elsewhere?.addressOf(networks[i]!) ?? null;
      if (elsewhere === null || address === null) {
        // The first network decides where all of them run.
        const first = loaded[0];
        const on = first === undefined ? choice : { preferred: [first.provider], required: true };
        const network = await loadNetwork(file, bytes, on, threads);
        loaded.push(network);
        runners.push(network.runner);
        problems.push(...(await compareTensors(file, network.runner, tensors)));
        continue;
      }
      const network = { ...address, file, tensors, own: await trialAnswer(file, bytes, tensors, threads) };
      there.push(network);
      runners.push(elsewhere.server.add(network));
    }
    if (problems.length > 0) throw new ModelPackError(folder, problems);
  } catch (cause) {
    await close();
    throw cause;
  }
  const count = manifest.classifiers.length;
  const provider = loaded[0]?.provider ?? 'remote';
  const { name, version, licence } = manifest;
  const algorithm: Algorithm = {
    ...{ name, version, packSha256: sha256, executionProvider: provider },
    ...(licence && { licence: licence.name }),
  };
  const ran: RanThere = elsewhere === null ? () => algorithm : toldServer(algorithm, elsewhere.server, there);
  return {
    manifest,
    sha256,
    get algorithm() {
      return ran();
    },
    provider,
    fallbacks: loaded[0]?.fallbacks ?? [],
    localiser: runners[0]!,
    classifiers: runners.slice(1, 1 + count),
    foramenFinder: runners[1 + count] ?? null,
    close,
  };
}
