import { DISC_LABELS, type DiscLabel } from '../domain/assessment.ts';
import { auroc } from './auroc.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from './bootstrap.ts';
import { expectedCalibrationError, reliabilityBins } from './calibration.ts';
import type { EvaluatedStudy, LabelRow } from './evaluate-study.ts';

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

export interface LabelSummary {
  readonly labels: Readonly<
    Record<DiscLabel, { readonly rows: number; readonly present: number; readonly measures: LabelMeasures }>
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
    const present = rows.flat().filter((row) => row.present).length;
    const measures = bootstrap(rows, (drawn) => labelMeasures(drawn.flat()), options);
    return [label, { rows: rows.flat().length, present, measures }] as const;
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
  const count = (of: (row: LabelRow) => boolean) => rows.filter(of).length;
  const hits = count((row) => row.present && row.probability >= 0.5);
  const occurring = count((row) => row.present);
  const said = count((row) => row.probability >= 0.5);
  const right = count((row) => row.present === row.probability >= 0.5);
  const losses = rows.map(
    ({ present, probability }) => -Math.log(Math.max(SMALLEST, present ? probability : 1 - probability)),
  );
  return {
    auroc: auroc(predicted, truth),
    accuracy: ratio(right, rows.length),
    precision: ratio(hits, said),
    recall: ratio(hits, occurring),
    f1: ratio(2 * hits, occurring + said),
    logLoss: ratio(
      losses.reduce((a, b) => a + b, 0),
      rows.length,
    ),
    calibrationError: expectedCalibrationError(reliabilityBins(predicted, truth)),
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

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
