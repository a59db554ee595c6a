import type { DiscLabel } from '../../domain/assessment.ts';
import type { Level } from '../../domain/level.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Condition, Side } from '../../domain/target.ts';

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

/** Where a view is centred: the spinal canal at the disc, or that point moved towards the view's side (mm). */
export const CENTRE_OFFSET_MM = { canal: 0, recess: 8, foramen: 16 } as const;
export type ViewCentre = keyof typeof CENTRE_OFFSET_MM;

/**
 * One view of a sample: `slicesMm` names one slice a channel.
 * Sagittal: distance from the view's centre towards `side` (towards the patient's left when side is null).
 * Axial: distance from the disc plane along the spine, caudal positive; a view of the right side is mirrored, so that
 * the side of interest always lies on the same half.
 */
export interface ViewSpec {
  readonly name: string;
  readonly role: SeriesRole;
  readonly plane: 'sagittal' | 'axial';
  /** 'near': the side of a level-side sample. */
  readonly side: Side | 'near';
  readonly slicesMm: readonly number[];
  /** A channel farther than this from any slice is left blank; a view with every channel blank is absent. */
  readonly toleranceMm: number;
  /** 'canal' when not given. */
  readonly centre?: ViewCentre;
}

/**
 * One ONNX input of a classifier. The views' pixels lie in memory one after the other, whatever the layout:
 * views [samples, views, slices, size, size], channels [samples, views·slices, size, size],
 * volume [samples, 1, slices, size, size] of a single view.
 */
export interface InputSpec extends PatchSpec {
  readonly layout: 'views' | 'channels' | 'volume';
  readonly views: readonly ViewSpec[];
}

/** softmax(logits / temperature + bias) over the classes, or sigmoid(logit / temperature + bias) with one bias. */
export interface Calibration {
  readonly temperature: number;
  readonly bias: readonly number[];
}

/** Of samples of which no view of these series is there, and some view of every other one. */
interface CalibrationWithout extends Calibration {
  readonly roles: readonly SeriesRole[];
}

/** What a network says is not as certain without a series as with it: each lack may have a calibration of its own. */
interface CalibratedHead {
  readonly calibration: Calibration;
  readonly calibrationWithout?: readonly CalibrationWithout[];
}

/** What a network may tell apart. Normal and Mild add up to Normal/Mild; a grade without a class has probability 0. */
const CLASS_NAMES = ['Normal', 'Mild', 'Normal/Mild', 'Moderate', 'Severe'] as const;
export type ClassName = (typeof CLASS_NAMES)[number];

/** One graded target of a sample. */
export interface GradeHead extends CalibratedHead {
  readonly condition: Condition;
  /** 'near': the side of a level-side sample. */
  readonly side: Side | 'near';
}

/** One yes-or-no label of a sample's motion segment. */
export interface LabelHead extends CalibratedHead {
  readonly label: DiscLabel;
}

/** Softmax: logits [samples, heads, classes]; sigmoid: logits [samples, heads]. `name` is the ONNX output's. */
export type ClassifierOutput =
  | {
      readonly activation: 'softmax';
      readonly name: string;
      readonly classes: readonly ClassName[];
      readonly heads: readonly GradeHead[];
    }
  | { readonly activation: 'sigmoid'; readonly name: string; readonly heads: readonly LabelHead[] };

export interface ClassifierSpec {
  readonly file: string;
  readonly sha256: string;
  /** First axis of every tensor: the levels, or the levels times left and right, the side changing fastest. */
  readonly sample: 'level' | 'level-side';
  readonly levels: readonly Level[];
  readonly inputs: readonly InputSpec[];
  /** ONNX input [samples, views of all inputs in order], 1 = present. Without it every view must be there. */
  readonly mask?: string;
  readonly output: ClassifierOutput;
}

/** models/<name>/manifest.json. Described by models/manifest.schema.json, which is what is enforced. */
export interface PackManifest {
  readonly schema: 'spinegrade-pack/2';
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly intendedUse: string;
  readonly trainedOn: string;
  /** Roles without which a study is ineligible. */
  readonly requires: readonly SeriesRole[];
  /** Roles the watcher waits for; those missing after the longest wait are done without. */
  readonly uses: readonly SeriesRole[];
  readonly localiser: LocaliserSpec;
  /** What several of them grade gets the mean of their calibrated posteriors. */
  readonly classifiers: readonly ClassifierSpec[];
}
