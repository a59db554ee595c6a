import type { ModelPack } from './model-pack.ts';
import { withRunners } from './with-runners.ts';

/** The pack, telling of every run of its networks that came to its end: by the network's file. */
export function toldPack(pack: ModelPack, tell: (network: string, ms: number) => void): ModelPack {
  return withRunners(pack, (file, runner) => async (feeds, signal) => {
    const startedAt = performance.now();
    const outputs = await runner.run(feeds, signal);
    tell(file, performance.now() - startedAt);
    return outputs;
  });
}
