import type { DiscLabel } from '../../domain/assessment.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Condition, Side } from '../../domain/target.ts';

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
  /** Counts only where no other network of the pack reads the target. */
  readonly fallback?: boolean;
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
