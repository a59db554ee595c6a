import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Algorithm } from '../../domain/assessment.ts';
import { classifierTensors, compareTensors, localiserTensors } from '../network/compare-tensors.ts';
import type { ExecutionProvider, ProviderChoice, ProviderFallback } from '../network/execution-provider.ts';
import { type LoadedNetwork, loadNetwork } from '../network/load-network.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import { ModelPackError } from './model-pack-error.ts';
import type { PackManifest } from './pack-manifest.ts';
import { type PackDescription, readManifest } from './read-manifest.ts';

export interface ModelPack extends PackDescription {
  readonly algorithm: Algorithm;
  readonly provider: ExecutionProvider;
  readonly fallbacks: readonly ProviderFallback[];
  readonly localiser: ModelRunner;
  /** In the manifest's order. */
  readonly classifiers: readonly ModelRunner[];
  close(): Promise<void>;
}

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
  const [localiser, ...classifiers] = loaded as [LoadedNetwork, ...LoadedNetwork[]];
  const { provider, fallbacks } = localiser;
  const { name, version } = manifest;
  return {
    manifest,
    sha256,
    algorithm: { name, version, packSha256: sha256, executionProvider: provider },
    provider,
    fallbacks,
    localiser: localiser.runner,
    classifiers: classifiers.map(({ runner }) => runner),
    close,
  };
}

/** The localiser's file, then the classifiers'. */
async function readNetworks(folder: string, { localiser, classifiers }: PackManifest) {
  const problems: string[] = [];
  const files: { file: string; bytes: Uint8Array }[] = [];
  for (const { file, sha256 } of [localiser, ...classifiers]) {
    const bytes = await readFile(join(folder, file)).catch(() => null);
    if (bytes === null) problems.push(`${file}: missing`);
    else if (sha256Hex(bytes) !== sha256) {
      problems.push(`${file}: its SHA-256 is not the one in the manifest`);
    } else files.push({ file, bytes });
  }
  if (problems.length > 0) throw new ModelPackError(folder, problems);
  return files;
}

async function tensorProblems(
  { localiser, classifiers }: PackManifest,
  loaded: readonly LoadedNetwork[],
): Promise<string[]> {
  const wanted = [
    { file: localiser.file, tensors: localiserTensors(localiser) },
    ...classifiers.map((spec) => ({ file: spec.file, tensors: classifierTensors(spec) })),
  ];
  const problems: string[] = [];
  for (const [i, { file, tensors }] of wanted.entries()) {
    problems.push(...(await compareTensors(file, loaded[i]!.runner, tensors)));
  }
  return problems;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
