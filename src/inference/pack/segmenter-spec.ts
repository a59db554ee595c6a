import type { SeriesRole } from '../../domain/series-role.ts';
import type { Structure } from '../../domain/structure.ts';
import type { PatchSpec } from './patch-spec.ts';

/** ONNX input [1, 1, size, size], a square of one slice → probabilities [1, 1 + structures, size, size] of its pixels. */
export interface SegmenterNetworkSpec {
  readonly file: string;
  readonly sha256: string;
  readonly input: PatchSpec & { readonly role: SeriesRole };
  readonly output: {
    /** In [0, 1], of nothing and then of each structure; they add up to 1. */
    readonly name: string;
    readonly structures: readonly Structure[];
  };
}

/** The networks that outline the anatomy which is measured. */
export interface SegmenterSpec {
  /** Reads sagittal slices around the middle, the spine from the first graded disc to the last in the middle. */
  readonly sagittal: SegmenterNetworkSpec;
  /** Reads the axial slice through each graded disc, the canal in the middle. */
  readonly axial?: SegmenterNetworkSpec;
}

export type SegmentedPlane = keyof SegmenterSpec;

/** The networks of a segmenter with the plane each reads. */
export function segmentersOf(
  spec: SegmenterSpec,
): readonly { readonly plane: SegmentedPlane; readonly network: SegmenterNetworkSpec }[] {
  const { sagittal, axial } = spec;
  return [
    { plane: 'sagittal', network: sagittal },
    ...(axial ? [{ plane: 'axial', network: axial } as const] : []),
  ];
}
