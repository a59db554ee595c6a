import { describe, expect, test } from 'vitest';
import type { LabelRow } from '../../tables/label-row.ts';
import { labelMeasures } from '../label-measures.ts';
import { summariseLabels } from './summarise-labels.ts';

const row = (present: boolean, probability: number, label: LabelRow['label'] = 'bulge'): LabelRow => ({
  ...{ label, level: 'L4/L5' },
  ...{ present, probability },
});
const OPTIONS = { seed: 1, resamples: 20 };

describe('labelMeasures', () => {
  test('are those of the definitions', () => {
    const measures = labelMeasures([
      row(true, 0.9),
      row(true, 0.5),
      row(true, 0.2),
      row(false, 0.6),
      row(false, 0.1),
    ]);
    expect(measures.accuracy).toBeCloseTo(3 / 5, 9);
    expect(measures.precision).toBeCloseTo(2 / 3, 9);
    expect(measures.recall).toBeCloseTo(2 / 3, 9);
    expect(measures.f1).toBeCloseTo(2 / 3, 9);
    // Of the six pairs the present one scores higher in four.
    expect(measures.auroc).toBeCloseTo(4 / 6, 9);
    const losses = [0.9, 0.5, 0.2, 0.4, 0.9].map((p) => -Math.log(p));
    expect(measures.logLoss).toBeCloseTo(losses.reduce((a, b) => a + b) / 5, 9);
  });

  test('are null where there is nothing to measure, and finite for a sure error', () => {
    expect(labelMeasures([row(false, 0.2)])).toMatchObject({
      auroc: null,
      precision: null,
      recall: null,
      f1: null,
    });
    expect(labelMeasures([])).toMatchObject({ accuracy: null, logLoss: null });
    expect(labelMeasures([row(true, 0)]).logLoss).toBeGreaterThan(30);
  });
});

test('summariseLabels counts each label, and means over those in which a measure is defined', () => {
  const studies = [
    { labelRows: [row(true, 0.9), row(false, 0.3), row(false, 0.2, 'herniation')] },
    { labelRows: [row(false, 0.7), row(true, 0.4)] },
  ];
  const summary = summariseLabels(studies, OPTIONS)!;
  expect(summary.labels.bulge.rows).toBe(4);
  expect(summary.labels.bulge.confusion).toEqual({
    ...{ presentSaid: 1, presentMissed: 1, absentSaid: 1, absentUnsaid: 1 },
  });
  expect(summary.labels.spondylolisthesis.rows).toBe(0);
  expect(summary.mean.accuracy.value).toBeCloseTo((0.5 + 1) / 2, 9);
  expect(summary.mean.auroc.value).toBeCloseTo(3 / 4, 9);
  expect(summariseLabels([{ labelRows: [] }], OPTIONS)).toBeNull();
});
