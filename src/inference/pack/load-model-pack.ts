import { compareTensors } from '../network/compare-tensors.ts';
import type { ProviderChoice } from '../network/execution-provider.ts';
import { classifierTensors, foramenFinderTensors, localiserTensors } from '../network/expected-tensors.ts';
import { type LoadedNetwork, loadNetwork } from '../network/load-network.ts';
import type { ModelPack } from './model-pack.ts';
import { ModelPackError } from './model-pack-error.ts';
import type { PackManifest } from './pack-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { readNetworks } from './read-networks.ts';

/**
 * Reads, checks and loads the pack in `folder`: the manifest against its schema, each network's SHA-256, and the
 * names, types and shapes of its inputs and outputs against the manifest.
 * @throws ModelPackError naming every difference; Error when no execution provider works.
 */
export async function loadModelPack(
  folder: string,
  choice: ProviderChoice,
  threads: number,
): Promise<ModelPack> {
  const { manifest, sha256 } = await readManifest(folder);
  const files = await readNetworks(folder, manifest);
  const loaded: LoadedNetwork[] = [];
  const close = async () => {
    for (const { runner } of loaded) await runner.close();
  };
  try {
    for (const { file, bytes } of files) {
      // The first network decides where all of them run.
      const first = loaded[0];
      const on = first === undefined ? choice : { preferred: [first.provider], required: true };
      loaded.push(await loadNetwork(file, bytes, on, threads));
    }
    const problems = await tensorProblems(manifest, loaded);
    if (problems.length > 0) throw new ModelPackError(folder, problems);
  } catch (cause) {
    await close();
    throw cause;
  }
  const runners = loaded.map(({ runner }) => runner);
  const count = manifest.classifiers.length;
  const { provider, fallbacks } = loaded[0]!;
  const { name, version, licence } = manifest;
  return {
    manifest,
    sha256,
    algorithm: {
      ...{ name, version, packSha256: sha256, executionProvider: provider },
      ...(licence && { licence: licence.name }),
    },
    provider,
    fallbacks,
    localiser: runners[0]!,
    classifiers: runners.slice(1, 1 + count),
    foramenFinder: runners[1 + count] ?? null,
    close,
  };
}

async function tensorProblems(
  { localiser, classifiers, foramenFinder }: PackManifest,
  loaded: readonly LoadedNetwork[],
): Promise<string[]> {
  const wanted = [
    { file: localiser.file, tensors: localiserTensors(localiser) },
    ...classifiers.map((spec) => ({ file: spec.file, tensors: classifierTensors(spec) })),
    ...(foramenFinder ? [{ file: foramenFinder.file, tensors: foramenFinderTensors(foramenFinder) }] : []),
  ];
  const problems: string[] = [];
  for (const [i, { file, tensors }] of wanted.entries()) {
    problems.push(...(await compareTensors(file, loaded[i]!.runner, tensors)));
  }
  return problems;
}
