import type { ModelRunner } from '../network/model-runner.ts';
import type { ModelPack } from './model-pack.ts';

/** The pack, telling of every run of its networks that came to its end: by the network's file. */
export function toldPack(pack: ModelPack, tell: (network: string, ms: number) => void): ModelPack {
  const told = ({ file }: { readonly file: string }, runner: ModelRunner): ModelRunner => ({
    ...runner,
    async run(feeds) {
      const startedAt = performance.now();
      const outputs = await runner.run(feeds);
      tell(file, performance.now() - startedAt);
      return outputs;
    },
  });
  const { localiser, classifiers, foramenFinder } = pack.manifest;
  return {
    ...pack,
    localiser: told(localiser, pack.localiser),
    foramenFinder: pack.foramenFinder && foramenFinder ? told(foramenFinder, pack.foramenFinder) : null,
    classifiers: pack.classifiers.map((runner, index) => told(classifiers[index]!, runner)),
  };
}
