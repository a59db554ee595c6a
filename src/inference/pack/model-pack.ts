import type { Algorithm } from '../../domain/assessment.ts';
import type { ExecutionProvider, ProviderFallback } from '../network/execution-provider.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { PackDescription } from './read-manifest.ts';

/** A pack that has been checked, its networks ready to run. */
export interface ModelPack extends PackDescription {
  readonly algorithm: Algorithm;
  readonly provider: ExecutionProvider;
  readonly fallbacks: readonly ProviderFallback[];
  readonly localiser: ModelRunner;
  /** Null where the manifest names none. */
  readonly foramenFinder: ModelRunner | null;
  /** In the manifest's order. */
  readonly classifiers: readonly ModelRunner[];
  close(): Promise<void>;
}
