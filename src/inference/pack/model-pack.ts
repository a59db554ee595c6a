import type { Algorithm } from '../../domain/assessment.ts';
import type { ExecutionProvider, ProviderFallback } from '../network/execution-provider.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { PackManifest } from './pack-manifest.ts';

/** A pack that has been checked, its networks ready to run. */
export interface ModelPack {
  readonly manifest: PackManifest;
  /** SHA-256 of manifest.json, which holds the networks' own: the pack's identity. */
  readonly sha256: string;
  readonly algorithm: Algorithm;
  readonly provider: ExecutionProvider;
  readonly fallbacks: readonly ProviderFallback[];
  readonly localiser: ModelRunner;
  /** In the manifest's order. */
  readonly classifiers: readonly ModelRunner[];
  close(): Promise<void>;
}
