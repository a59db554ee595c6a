import { expect, test } from 'vitest';
import { lowerMedian, observedQuantile, quantile } from './quantile.ts';

test('quantile is linear between order statistics', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(quantile([10, 20], 0.025)).toBeCloseTo(10.25, 12);
  expect(quantile([], 0.5)).toBeNaN();
});

test('observedQuantile is one of the values: of two in the middle the upper, of all the largest', () => {
  expect(observedQuantile([40, 10, 30, 20], 0.5)).toBe(30);
  expect(observedQuantile([40, 10, 30, 20], 0.24)).toBe(10);
  expect(observedQuantile([40, 10, 30, 20], 1)).toBe(40);
  expect(observedQuantile([Number.NaN, 10, 9, 100], 0.5)).toBe(10);
  expect(observedQuantile([Number.NaN], 0.5)).toBeNaN();
});

test('lowerMedian is one of the values: of two in the middle the lower', () => {
  expect(lowerMedian([40, 10, 100, 9])).toBe(10);
  expect(lowerMedian([40, 9, 100])).toBe(40);
  expect(lowerMedian([])).toBeNull();
});
