import { DISC_LABELS, type DiscLabel } from '../../domain/assessment.ts';
import type { EvaluatedStudy, LabelRow } from '../evaluate-study.ts';
import { auroc } from './auroc.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from './bootstrap.ts';
import { expectedCalibrationError, reliabilityBins } from './calibration.ts';
import { ratio } from './grade-agreement.ts';

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
type LabelMeasures = Readonly<Record<LabelMeasure, Estimate>>;

/** How often a label is so or not (first word), and is said or not at one half. */
export interface LabelConfusion {
  readonly presentSaid: number;
  readonly presentMissed: number;
  readonly absentSaid: number;
  readonly absentUnsaid: number;
}

export interface LabelSummary {
  readonly labels: Readonly<
    Record<
      DiscLabel,
      { readonly rows: number; readonly confusion: LabelConfusion; readonly measures: LabelMeasures }
    >
  >;
  /** Means over the labels in which the measure is defined. */
  readonly mean: LabelMeasures;
}

type LabelledRows = Pick<EvaluatedStudy, 'labelRows'>;

/** Everything said of the labels, levels pooled, with intervals from resampled studies; null without any. */
export function summariseLabels(
  studies: readonly LabelledRows[],
  options: BootstrapOptions,
): LabelSummary | null {
  if (studies.every(({ labelRows }) => labelRows.length === 0)) return null;
  const summaries = DISC_LABELS.map((label) => {
    const rows = studies.map(({ labelRows }) => labelRows.filter((row) => row.label === label));
    const measures = bootstrap(rows, (drawn) => labelMeasures(drawn.flat()), options);
    const confusion = labelConfusion(rows.flat());
    return [label, { rows: rows.flat().length, confusion, measures }] as const;
  });
  return {
    labels: Object.fromEntries(summaries) as LabelSummary['labels'],
    mean: bootstrap(studies, meanMeasures, options),
  };
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

function labelConfusion(rows: readonly LabelRow[]): LabelConfusion {
  const count = (present: boolean, said: boolean) =>
    rows.filter((row) => row.present === present && row.probability >= 0.5 === said).length;
  return {
    presentSaid: count(true, true),
    presentMissed: count(true, false),
    absentSaid: count(false, true),
    absentUnsaid: count(false, false),
  };
}

function meanMeasures(studies: readonly LabelledRows[]): Record<LabelMeasure, number | null> {
  const rows = Map.groupBy(
    studies.flatMap(({ labelRows }) => labelRows),
    (row) => row.label,
  );
  const all = [...rows.values()].map(labelMeasures);
  const mean = (measure: LabelMeasure) => {
    const values = all.flatMap((measures) => measures[measure] ?? []);
    return ratio(
      values.reduce((a, b) => a + b, 0),
      values.length,
    );
  };
  const measures = Object.keys(LABEL_MEASURES) as LabelMeasure[];
  return Object.fromEntries(measures.map((measure) => [measure, mean(measure)])) as Record<
    LabelMeasure,
    number | null
  >;
}
