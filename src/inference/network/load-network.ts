import { Fault } from '../../domain/fault.ts';
import type { ExecutionProvider, ProviderChoice, ProviderFallback } from './execution-provider.ts';
import type { ModelRunner } from './model-runner.ts';
import type { NetworkThreads } from './network-threads.ts';

/** No provider that was asked for can run the network here. */
export class ExecutionProviderError extends Fault<'no-execution-provider'> {
  override readonly name = 'ExecutionProviderError';
}

export interface LoadedNetwork {
  readonly runner: ModelRunner;
  readonly provider: ExecutionProvider;
  /** The providers that were preferred and could not be had. */
  readonly fallbacks: readonly ProviderFallback[];
}

/**
 * Loads an ONNX network on the first execution provider that works here.
 * @param on the threads that it shares with others
 * @param threads that one run of it uses
 * @throws ExecutionProviderError when none does, or the first does not and `required` is set.
 */
export async function loadNetwork(
  on: NetworkThreads,
  name: string,
  model: Uint8Array,
  choice: ProviderChoice,
  threads: number,
): Promise<LoadedNetwork> {
  const fallbacks: ProviderFallback[] = [];
  for (const provider of choice.required ? choice.preferred.slice(0, 1) : choice.preferred) {
    try {
      return { runner: await on.load(name, { model, provider, threads }), provider, fallbacks };
    } catch (cause) {
      fallbacks.push({ wanted: provider, reason: firstLine(cause) });
    }
  }
  const tried = fallbacks.map(({ wanted, reason }) => `${wanted}: ${reason}`).join('; ');
  throw new ExecutionProviderError(
    'no-execution-provider',
    `network ${name}: no execution provider works here (${tried})`,
  );
}

function firstLine(cause: unknown): string {
  const line = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!;
  // The runtime's messages carry build-machine paths that help nobody.
  return line.replaceAll(/\/\S*\/(?=\S)/g, '').slice(0, 200);
}
