import type { ModelPack } from './model-pack.ts';
import { withRunners } from './with-runners.ts';

/** The pack, its runs ending with the signal: those on another machine at once, of the others none begins any more. */
export function endingWith(pack: ModelPack, signal: AbortSignal): ModelPack {
  return withRunners(pack, (_, runner) => async (feeds) => {
    signal.throwIfAborted();
    return runner.run(feeds, signal);
  });
}
