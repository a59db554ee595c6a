import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auroc, rocCurve } from './auroc.ts';

const anyScores = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { maxLength: 40 });

/** The definition, pair by pair. */
function pairwise(scores: readonly number[], isPositive: readonly boolean[]): number | null {
  const of = (kind: boolean) => scores.filter((_, i) => isPositive[i] === kind);
  const wins = of(true).flatMap((p) => of(false).map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
  return wins.length === 0 ? null : wins.reduce((a: number, b) => a + b, 0) / wins.length;
}

describe('auroc', () => {
  test('counts a tie half', () => {
    // Pairs: (0.8, 0.1) won, (0.8, 0.5) won, (0.5, 0.1) won, (0.5, 0.5) tied.
    expect(auroc([0.8, 0.5, 0.1, 0.5], [true, true, false, false])).toBe(3.5 / 4);
  });

  test('is null when a kind is missing', () => {
    expect(auroc([0.1, 0.2], [true, true])).toBeNull();
    expect(auroc([], [])).toBeNull();
  });

  test('is the share of pairs won, and is turned round with the scores', () => {
    fc.assert(
      fc.property(anyScores, (pairs) => {
        const [scores, kinds] = [pairs.map(([score]) => score), pairs.map(([, kind]) => kind)];
        const expected = pairwise(scores, kinds);
        const area = auroc(scores, kinds);
        if (expected === null) {
          expect(area).toBeNull();
          return;
        }
        expect(area).toBeCloseTo(expected, 12);
        expect(
          auroc(
            scores.map((score) => -score),
            kinds,
          ),
        ).toBeCloseTo(1 - expected, 12);
      }),
    );
  });
});

describe('rocCurve', () => {
  test('takes equal scores together and leaves out points within a run', () => {
    const curve = rocCurve([0.9, 0.8, 0.5, 0.5, 0.1, 0], [true, true, true, false, false, false]);
    expect(curve.map((point) => [point.falsePositiveRate, point.truePositiveRate])).toEqual([
      [0, 0],
      [0, 2 / 3],
      [1 / 3, 1],
      [1, 1],
    ]);
  });

  test('encloses the area that auroc says', () => {
    fc.assert(
      fc.property(anyScores, (pairs) => {
        const [scores, kinds] = [pairs.map(([score]) => score), pairs.map(([, kind]) => kind)];
        const curve = rocCurve(scores, kinds);
        const area = curve.slice(1).reduce((sum, point, i) => {
          const before = curve[i]!;
          const width = point.falsePositiveRate - before.falsePositiveRate;
          return sum + (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
        }, 0);
        if (curve.length === 0) {
          expect(auroc(scores, kinds)).toBeNull();
          return;
        }
        expect(area).toBeCloseTo(auroc(scores, kinds)!, 12);
      }),
    );
  });
});
