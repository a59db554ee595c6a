import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedCalibrationError, reliabilityBins } from './calibration.ts';

const anyPredictions = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), {
  minLength: 1,
  maxLength: 60,
});

describe('reliabilityBins', () => {
  test('holds equal counts, equal predictions together', () => {
    const bins = reliabilityBins([0.9, 0.1, 0.2, 0.8], [true, false, true, false], 2);
    expect(bins).toEqual([
      { count: 2, meanPredicted: expect.closeTo(0.15, 12), observed: 0.5 },
      { count: 2, meanPredicted: expect.closeTo(0.85, 12), observed: 0.5 },
    ]);
    expect(
      reliabilityBins([0.5, 0.5, 0.5, 0.7], [true, true, false, false], 4).map((bin) => bin.count),
    ).toEqual([3, 1]);
  });

  test('holds every prediction once, in any order of them', () => {
    fc.assert(
      fc.property(anyPredictions, (pairs) => {
        const bins = (list: typeof pairs) =>
          reliabilityBins(
            list.map(([p]) => p / 20),
            list.map(([, o]) => o),
          );
        const forward = bins(pairs);
        expect(forward.reduce((sum, bin) => sum + bin.count, 0)).toBe(pairs.length);
        const means = forward.map((bin) => bin.meanPredicted);
        expect(means).toEqual([...means].sort((a, b) => a - b));
        const backward = bins([...pairs].reverse());
        expect(backward.map((bin) => bin.count)).toEqual(forward.map((bin) => bin.count));
        expect(expectedCalibrationError(backward)).toBeCloseTo(expectedCalibrationError(forward)!, 10);
      }),
    );
  });
});

describe('expectedCalibrationError', () => {
  test('agrees with the sum done by hand', () => {
    const predicted = [0.1, 0.2, 0.8, 0.9];
    // Bins (0.1, 0.2) and (0.8, 0.9): |1/2 − 0.15|/2 + |1 − 0.85|/2.
    const bins = reliabilityBins(predicted, [false, true, true, true], 2);
    expect(expectedCalibrationError(bins)).toBeCloseTo(0.175 + 0.075, 12);
  });

  test('is 0 when each prediction comes true as often as it says, 1 at its worst, null of nothing', () => {
    const quarter = [true, false, false, false];
    expect(expectedCalibrationError(reliabilityBins([0.25, 0.25, 0.25, 0.25], quarter))).toBe(0);
    expect(expectedCalibrationError(reliabilityBins([1, 1, 0, 0], [false, false, true, true]))).toBe(1);
    expect(expectedCalibrationError([])).toBeNull();
  });
});
