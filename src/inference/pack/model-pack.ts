import type { Algorithm } from '../../domain/assessment.ts';
import type { NetworkHost, ProviderFallback } from '../network/execution-provider.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { SegmenterNetwork } from '../segment/segment-slice.ts';
import type { PackDescription } from './read-manifest.ts';

/** A pack that has been checked, its networks ready to run. */
export interface ModelPack extends PackDescription {
  /** The same object for as long as nothing of it is another; what an inference server says of itself may change. */
  readonly algorithm: Algorithm;
  readonly provider: NetworkHost;
  readonly fallbacks: readonly ProviderFallback[];
  readonly localiser: ModelRunner;
  /** Null where the manifest names none. */
  readonly foramenFinder: ModelRunner | null;
  /** Empty where the manifest names none. */
  readonly segmenters: readonly SegmenterNetwork[];
  /** In the manifest's order. */
  readonly classifiers: readonly ModelRunner[];
  close(): Promise<void>;
}
