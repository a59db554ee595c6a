import type { Level } from '../../domain/level.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { ClassifierOutput } from './classifier-output.ts';
import type { LikenessSpec } from './likeness-spec.ts';
import type { PatchSpec } from './patch-spec.ts';
import type { ViewSpec } from './view-spec.ts';

/**
 * One ONNX input of a classifier. The views' pixels lie in memory one after the other, whatever the layout:
 * views [samples, views, slices, size, size], channels [samples, views·slices, size, size],
 * volume [samples, 1, slices, size, size] of a single view.
 */
export interface InputSpec extends PatchSpec {
  readonly layout: 'views' | 'channels' | 'volume';
  readonly views: readonly ViewSpec[];
  /** What is read from a view that is unlike all of these is marked as uncertain; without it nothing is. */
  readonly likeness?: LikenessSpec;
}

/** One network of a pack that grades or observes what it sees of the levels. */
export interface ClassifierSpec {
  readonly file: string;
  readonly sha256: string;
  /** First axis of every tensor: the levels, or the levels times left and right, the side changing fastest. */
  readonly sample: 'level' | 'level-side';
  readonly levels: readonly Level[];
  readonly inputs: readonly InputSpec[];
  /** ONNX input [samples, views of all inputs in order], 1 = present. Without it every view must be there. */
  readonly mask?: string;
  /** Series of which a sample must show some view to be read; none when not given. */
  readonly requires?: readonly SeriesRole[];
  readonly output: ClassifierOutput;
}
