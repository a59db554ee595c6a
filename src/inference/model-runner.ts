import * as ort from 'onnxruntime-node';
import type { ExecutionProvider, ProviderChoice, ProviderFallback } from './execution-provider.ts';

// A provider that is absent is told of in our own words; the runtime would print its line as well.
ort.env.logLevel = 'fatal';

export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Runs one network. The port behind which ONNX Runtime, or a remote inference server, stands. */
export interface ModelRunner {
  readonly inputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[];
  readonly outputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[];
  /** @throws Error naming the network and output when an output holds NaN or infinity. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

export interface LoadedNetwork {
  readonly runner: ModelRunner;
  readonly provider: ExecutionProvider;
  /** The providers that were preferred and could not be had. */
  readonly fallbacks: readonly ProviderFallback[];
}

/**
 * Loads an ONNX network on the first execution provider that works here.
 * @throws Error when none does, or the first does not and `required` is set.
 */
export async function loadNetwork(
  name: string,
  model: Uint8Array,
  choice: ProviderChoice,
  threads: number,
): Promise<LoadedNetwork> {
  const fallbacks: ProviderFallback[] = [];
  for (const provider of choice.required ? choice.preferred.slice(0, 1) : choice.preferred) {
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        logSeverityLevel: 4,
      });
      return { runner: sessionRunner(name, session), provider, fallbacks };
    } catch (cause) {
      fallbacks.push({ wanted: provider, reason: firstLine(cause) });
    }
  }
  const tried = fallbacks.map(({ wanted, reason }) => `${wanted}: ${reason}`).join('; ');
  throw new Error(`network ${name}: no execution provider works here (${tried})`);
}

function sessionRunner(name: string, session: ort.InferenceSession): ModelRunner {
  const describe = (metadata: readonly ort.InferenceSession.ValueMetadata[]) =>
    metadata.map((value) => ({ name: value.name, dims: value.isTensor ? value.shape : [] }));
  return {
    inputs: describe(session.inputMetadata),
    outputs: describe(session.outputMetadata),
    async run(feeds) {
      const tensors = Object.entries(feeds).map(
        ([key, { dims, data }]) => [key, new ort.Tensor('float32', data, dims)] as const,
      );
      const results = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(
        Object.entries(results).map(([key, value]) => {
          const data = value.data as Float32Array;
          if (!data.every(Number.isFinite)) {
            throw new Error(`network ${name}: output ${key} holds values that are not finite`);
          }
          return [key, { dims: value.dims, data }];
        }),
      );
    },
    close: () => session.release(),
  };
}

function firstLine(cause: unknown): string {
  const line = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!;
  // The runtime's messages carry build-machine paths that help nobody.
  return line.replaceAll(/\/\S*\/(?=\S)/g, '').slice(0, 200);
}
