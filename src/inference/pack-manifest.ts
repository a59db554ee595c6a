import type { SeriesRole } from '../domain/series-role.ts';
import type { Condition, Side } from '../domain/target.ts';

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

/** Grey values to [0, 1]: the two percentiles of the sampled values become 0 and 1, the rest is clipped. */
export interface Normalisation {
  readonly kind: 'percentile';
  readonly low: number;
  readonly high: number;
}

/** A square patch sampled from slices, its channels slices, its pixels square. */
export interface PatchSpec {
  /** Name of the ONNX input. */
  readonly name: string;
  readonly size: number;
  readonly mmPerPixel: number;
  readonly normalise: Normalisation;
}

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

/**
 * One view of a level: `slicesMm` names one slice a channel.
 * Sagittal: distance from the canal's centre towards `side` (towards the patient's left when side is null).
 * Axial: distance from the disc plane along the spine, caudal positive; `side: 'right'` mirrors the patch so that
 * the side of interest always lies on the same half.
 */
export interface ViewSpec {
  readonly name: string;
  readonly role: SeriesRole;
  readonly plane: 'sagittal' | 'axial';
  readonly side: Side;
  readonly slicesMm: readonly number[];
  /** A channel farther than this from any slice is left blank; a view with every channel blank is masked. */
  readonly toleranceMm: number;
}

/** Probabilities = softmax(logits / temperature + bias). */
export interface Calibration {
  readonly temperature: number;
  readonly bias: readonly [number, number, number];
}

/** ONNX inputs views [levels, views, channels, size, size] and mask [levels, views] (1 = present) → logits [levels, 5, 3]. */
export interface ClassifierSpec {
  readonly file: string;
  readonly sha256: string;
  readonly input: PatchSpec & { readonly mask: string; readonly views: readonly ViewSpec[] };
  readonly output: {
    /** Logits in the order of LEVEL_TARGETS (second axis) and GRADES (third axis). */
    readonly logits: string;
    readonly calibration: Readonly<Record<Condition, Calibration>>;
  };
}

/** models/<name>/manifest.json. Described by models/manifest.schema.json, which is what is enforced. */
export interface PackManifest {
  readonly schema: 'spinegrade-pack/1';
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly intendedUse: string;
  readonly trainedOn: string;
  /** Roles without which a study is ineligible. */
  readonly requires: readonly SeriesRole[];
  /** Roles the watcher waits for; those missing after the longest wait are masked. */
  readonly uses: readonly SeriesRole[];
  readonly localiser: LocaliserSpec;
  readonly classifier: ClassifierSpec;
}
