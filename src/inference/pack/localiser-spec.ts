import type { SeriesRole } from '../../domain/series-role.ts';
import type { PatchSpec } from './patch-spec.ts';

/** Discs the localiser may be asked for: the five graded and their neighbours, which anchor the numbering. */
export const LANDMARK_LEVELS = [
  'T11/T12',
  'T12/L1',
  'L1/L2',
  'L2/L3',
  'L3/L4',
  'L4/L5',
  'L5/S1',
  'S1/S2',
] as const;
export type LandmarkLevel = (typeof LANDMARK_LEVELS)[number];

/** ONNX input [1, slices, size, size] → heat maps [1, 2·landmarks, h, w] and lateral offset [1, 1, h, w] in mm. */
export interface LocaliserSpec {
  readonly file: string;
  readonly sha256: string;
  readonly input: PatchSpec & { readonly role: SeriesRole; readonly slices: number };
  readonly output: {
    /** Heat maps in [0, 1]: one a landmark level for the disc centre, then one a level for the canal centre. */
    readonly heatmaps: string;
    /** Distance from the middle slice to the canal's centre along +x (patient left), mm, read at the canal's peak. */
    readonly lateralOffset: string;
    readonly landmarks: readonly LandmarkLevel[];
    readonly mmPerPixel: number;
  };
  /** A study in which any graded disc's peak is lower is ineligible. */
  readonly minConfidence: number;
}
