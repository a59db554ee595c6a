import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GradedRow, GradeIndex, Posteriors } from '../tables/graded-row.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { agreement } from './grade-agreement.ts';
import { quadraticKappa } from './quadratic-kappa.ts';

const MATRIX = [
  [20, 5, 1],
  [4, 10, 3],
  [0, 2, 5],
];

const row = (truth: GradeIndex, posteriors: Posteriors): GradedRow => ({
  condition: 'spinal_canal_stenosis',
  side: null,
  level: 'L1/L2',
  truth,
  posteriors,
});

test('confusionMatrix counts truth by the most probable grade, of equal ones the milder', () => {
  const rows = [
    row(0, [0.5, 0.3, 0.2]),
    row(0, [0.4, 0.4, 0.2]),
    row(1, [0.2, 0.4, 0.4]),
    row(2, [0.1, 0.2, 0.7]),
    row(2, [0.6, 0.2, 0.2]),
  ];
  expect(confusionMatrix(rows)).toEqual([
    [2, 0, 0],
    [0, 1, 0],
    [1, 0, 1],
  ]);
});

describe('agreement', () => {
  test('agrees with the ratios done by hand', () => {
    const { accuracy, grades, macro, quadraticKappa: kappa } = agreement(MATRIX);
    expect(accuracy).toBeCloseTo(35 / 50, 12);
    expect(grades.map((grade) => grade.precision)).toEqual([20 / 24, 10 / 17, 5 / 9]);
    expect(grades.map((grade) => grade.recall)).toEqual([20 / 26, 10 / 17, 5 / 7]);
    expect(grades.map((grade) => grade.f1)).toEqual([40 / 50, 20 / 34, 10 / 16]);
    expect(macro.recall).toBeCloseTo((20 / 26 + 10 / 17 + 5 / 7) / 3, 12);
    expect(macro.f1).toBeCloseTo((0.8 + 20 / 34 + 0.625) / 3, 12);
    // Σ d²·observed = 5 + 4·1 + 4 + 3 + 4·0 + 2 = 18; Σ d²·expected = 54.6.
    expect(kappa).toBeCloseTo(1 - 18 / 54.6, 12);
  });

  test('counts a grade that occurs and is never predicted as precision 0, one that does neither not at all', () => {
    const { grades, macro } = agreement([
      [8, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
    ]);
    expect(grades[1]).toEqual({ precision: null, recall: 0, f1: 0 });
    expect(grades[2]).toEqual({ precision: null, recall: null, f1: null });
    expect(macro.precision).toBeCloseTo(0.4, 12);
    expect(macro.recall).toBeCloseTo(0.5, 12);
  });

  test('knows nothing of no rows', () => {
    const nothing = agreement(confusionMatrix([]));
    expect(nothing.accuracy).toBeNull();
    expect(nothing.macro).toEqual({ precision: null, recall: null, f1: null });
    expect(nothing.quadraticKappa).toBeNull();
  });
});

describe('quadraticKappa', () => {
  const anyMatrix = fc.array(fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }), {
    minLength: 3,
    maxLength: 3,
  });

  test('is 1 for whole agreement, 0 where predictions do not depend on the truth', () => {
    expect(
      quadraticKappa([
        [5, 0, 0],
        [0, 3, 0],
        [0, 0, 2],
      ]),
    ).toBe(1);
    expect(
      quadraticKappa([
        [4, 2, 2],
        [2, 1, 1],
        [2, 1, 1],
      ]),
    ).toBeCloseTo(0, 12);
  });

  test('stays within −1 and 1, and does not tell truth from prediction', () => {
    fc.assert(
      fc.property(anyMatrix, (matrix) => {
        const kappa = quadraticKappa(matrix);
        const turned = quadraticKappa(matrix.map((_, i) => matrix.map((counts) => counts[i]!)));
        if (kappa === null) {
          expect(turned).toBeNull();
          return;
        }
        expect(Math.abs(kappa)).toBeLessThanOrEqual(1 + 1e-9);
        expect(turned).toBeCloseTo(kappa, 9);
      }),
    );
  });
});
