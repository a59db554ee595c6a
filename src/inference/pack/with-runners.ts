import type { ModelRunner } from '../network/model-runner.ts';
import type { ModelPack } from './model-pack.ts';

/** The pack with each of its networks in the place of which something else runs: by the network's file. */
export function withRunners(
  pack: ModelPack,
  instead: (file: string, runner: ModelRunner) => ModelRunner['run'],
): ModelPack {
  const of = ({ file }: { readonly file: string }, runner: ModelRunner): ModelRunner => ({
    ...runner,
    run: instead(file, runner),
  });
  const { localiser, classifiers, foramenFinder } = pack.manifest;
  return {
    ...pack,
    // It may come to be another while the pack is loaded.
    get algorithm() {
      return pack.algorithm;
    },
    localiser: of(localiser, pack.localiser),
    foramenFinder: pack.foramenFinder && foramenFinder ? of(foramenFinder, pack.foramenFinder) : null,
    segmenters: pack.segmenters.map((network) => ({
      ...network,
      runner: of(network.spec, network.runner),
    })),
    classifiers: pack.classifiers.map((runner, index) => of(classifiers[index]!, runner)),
  };
}
