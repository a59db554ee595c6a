import type { LabelRow } from '../tables/label-row.ts';
import { auroc } from './auroc.ts';
import { expectedCalibrationError, reliabilityBins } from './calibration.ts';
import { ratio } from './ratio.ts';

/** Each said once, as the report prints it. */
export const LABEL_MEASURES = {
  auroc: 'AUROC',
  accuracy: 'accuracy at one half',
  precision: 'precision at one half',
  recall: 'recall at one half',
  f1: 'F1 at one half',
  logLoss: 'log loss',
  calibrationError: 'expected calibration error, 15 bins of equal mass',
} as const;
export type LabelMeasure = keyof typeof LABEL_MEASURES;

/** How often a label is so or not (first word), and is said or not at one half. */
export interface LabelConfusion {
  readonly presentSaid: number;
  readonly presentMissed: number;
  readonly absentSaid: number;
  readonly absentUnsaid: number;
}

const SMALLEST = 1e-15;

/** Every measure of the rows of one label; null where there is nothing to measure. */
export function labelMeasures(rows: readonly LabelRow[]): Record<LabelMeasure, number | null> {
  const truth = rows.map((row) => row.present);
  const predicted = rows.map((row) => row.probability);
  const { presentSaid, presentMissed, absentSaid, absentUnsaid } = labelConfusion(rows);
  const occurring = presentSaid + presentMissed;
  const said = presentSaid + absentSaid;
  const losses = rows.map(
    ({ present, probability }) => -Math.log(Math.max(SMALLEST, present ? probability : 1 - probability)),
  );
  return {
    auroc: auroc(predicted, truth),
    accuracy: ratio(presentSaid + absentUnsaid, rows.length),
    precision: ratio(presentSaid, said),
    recall: ratio(presentSaid, occurring),
    f1: ratio(2 * presentSaid, occurring + said),
    logLoss: ratio(
      losses.reduce((a, b) => a + b, 0),
      rows.length,
    ),
    calibrationError: expectedCalibrationError(reliabilityBins(predicted, truth)),
  };
}

/** Counts rows of one label by the reference and by what is said at one half. */
export function labelConfusion(rows: readonly LabelRow[]): LabelConfusion {
  const count = (present: boolean, said: boolean) =>
    rows.filter((row) => row.present === present && row.probability >= 0.5 === said).length;
  return {
    presentSaid: count(true, true),
    presentMissed: count(true, false),
    absentSaid: count(false, true),
    absentUnsaid: count(false, false),
  };
}
