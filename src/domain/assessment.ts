import type { Contour } from './contour.ts';
import type { Grade, GradeProbabilities } from './grade.ts';
import type { ImageReference } from './image-reference.ts';
import type { Ineligible } from './ineligible.ts';
import type { InferenceServer } from './inference-server.ts';
import type { Level } from './level.ts';
import type { Measurement } from './measurement.ts';
import type { Point } from './point.ts';
import type { StoredRemark } from './remark.ts';
import type { SeriesDecision } from './series-decision.ts';
import type { SeriesRole } from './series-role.ts';
import type { Target } from './target.ts';
import type { Uncertainty } from './uncertainty.ts';

/** Where on an image a finding was read. */
export interface Location {
  readonly pointMm: Point;
  readonly image: ImageReference;
  /** Column and row of pointMm on the image, in SCOORD units (PS3.3 C.18.6.1.1): the centre of the first pixel is (0.5, 0.5). */
  readonly pixel: readonly [column: number, row: number];
  readonly role: SeriesRole;
}

/** A place that no selected image shows, in the frame of reference of the images its level was found on. */
export interface UnseenPlace {
  readonly pointMm: Point;
  readonly frameOfReferenceUid: string;
}

/** Where something was read. */
export interface ReadingPlace {
  /** Null when no selected image shows the place. */
  readonly location: Location | null;
  /** Beside a location of null, unless the images have no frame of reference. */
  readonly unseenAt?: UnseenPlace;
}

export interface Finding extends Target, ReadingPlace {
  readonly grade: Grade;
  readonly probabilities: GradeProbabilities;
  /** Why it is to be read with care; absent where nothing says so. */
  readonly uncertain?: readonly Uncertainty[];
}

/** What a multi-label network says of a motion segment beside the 25 graded findings. */
export const DISC_LABELS = [
  'herniation',
  'bulge',
  'spondylolisthesis',
  'canal_stenosis',
  'foraminal_stenosis',
] as const;
export type DiscLabel = (typeof DISC_LABELS)[number];

/** A yes-or-no finding of a motion segment with its calibrated probability. */
export interface Observation extends ReadingPlace {
  readonly label: DiscLabel;
  readonly level: Level;
  /** 0 … 1. */
  readonly probability: number;
  /** Probability at or above one half. */
  readonly present: boolean;
}

export interface LocalisedLevel {
  readonly level: Level;
  /** Centre of the intervertebral disc. */
  readonly discMm: Point;
  /** Centre of the spinal canal at the height of that disc. */
  readonly canalMm: Point;
  /** 0 … 1: the localiser's peak response. */
  readonly confidence: number;
  /** Its neural foramina, where the model looks for them; a side that was not found is absent. */
  readonly foraminaMm?: SidedPoints;
}

/** A place on each side of the patient, as far as it is known. */
export type SidedPoints = Readonly<Partial<Record<'left' | 'right', Point>>>;

/** What ran: goes into the report (TID 4019) and the ledger. */
export interface Algorithm {
  readonly name: string;
  readonly version: string;
  readonly packSha256: string;
  /** `remote` where every network ran on an inference server. */
  readonly executionProvider: string;
  /** Where networks ran on one. */
  readonly inferenceServer?: InferenceServer;
  /** What may be done with the weights, where they have a licence of their own. */
  readonly licence?: string;
}

export interface GradedStudy {
  readonly kind: 'graded';
  readonly series: readonly SeriesDecision[];
  readonly levels: readonly LocalisedLevel[];
  /** At most one a target, in TARGETS order; a pack may grade fewer than the 25. */
  readonly findings: readonly Finding[];
  /** Empty unless the pack has a multi-label network. */
  readonly observations: readonly Observation[];
  /** Of every level, each measure or why it is absent; none where the pack measures nothing, and in results of versions before. */
  readonly measurements?: readonly Measurement[];
  /** What was outlined to measure it, where a pack measures. */
  readonly contours?: readonly Contour[];
  readonly algorithm: Algorithm;
  /** Shortcomings that did not prevent grading: a missing role, uncertain numbering. */
  readonly warnings: readonly StoredRemark[];
}

export interface IneligibleStudy extends Ineligible {
  readonly series: readonly SeriesDecision[];
}
