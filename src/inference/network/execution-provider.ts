/** What ONNX Runtime can compute on. */
export const EXECUTION_PROVIDERS = ['cuda', 'webgpu', 'cpu'] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

export interface ProviderChoice {
  /** In order of preference. */
  readonly preferred: readonly ExecutionProvider[];
  /** When true only the first will do. */
  readonly required: boolean;
}

/** A provider that was preferred and could not be had. */
export interface ProviderFallback {
  readonly wanted: ExecutionProvider;
  readonly reason: string;
}

/** Where the networks of a pack run: on a provider in this process, or every one of them on an inference server. */
export type NetworkHost = ExecutionProvider | 'remote';
