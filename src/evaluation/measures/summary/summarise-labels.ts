import { DISC_LABELS, type DiscLabel } from '../../../domain/assessment.ts';
import type { EvaluatedStudy } from '../../evaluate-study.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from '../bootstrap.ts';
import {
  LABEL_MEASURES,
  type LabelConfusion,
  type LabelMeasure,
  labelConfusion,
  labelMeasures,
} from '../label-measures.ts';
import { ratio } from '../ratio.ts';

type LabelMeasures = Readonly<Record<LabelMeasure, Estimate>>;

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
