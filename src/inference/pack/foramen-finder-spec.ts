import type { Level } from '../../domain/level.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { PatchSpec } from './patch-spec.ts';

/** ONNX input [1, 1, size, size], one whole sagittal slice → heat maps [1, levels, h, w] of the foramina on it. */
export interface ForamenFinderSpec {
  readonly file: string;
  readonly sha256: string;
  readonly input: PatchSpec & { readonly role: SeriesRole };
  readonly output: {
    /** In [0, 1]: one a level, of whichever side the slice lies on. */
    readonly heatmaps: string;
    readonly levels: readonly Level[];
    readonly mmPerPixel: number;
  };
  /** A foramen whose peak is lower is not found. */
  readonly minConfidence: number;
}
