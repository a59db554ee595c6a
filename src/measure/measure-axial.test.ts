import { expect, test } from 'vitest';
import { length } from '../domain/point.ts';
import { analyticSlice } from './analytic-slice.fixture.ts';
import { measureSacArea } from './measure-axial.ts';

const MIDDLE = [0, 0, 0] as const;
const ellipse = (a: number, b: number) => (x: number, y: number) =>
  (x / a) ** 2 + (y / b) ** 2 < 1 ? ('sac' as const) : null;
const axial = (...of: Parameters<typeof analyticSlice>) =>
  analyticSlice(of[0], { role: 'axial-t2', ...of[1] });

test.each([
  [9, 7],
  [7, 3],
  [3, 2.5],
])('an ellipse of %f × %f mm has its area, and an outline around it', (a, b) => {
  const found = measureSacArea(axial(ellipse(a, b)), MIDDLE);
  if (!('value' in found)) throw new Error(found.absent);
  expect(Math.abs(found.value / (Math.PI * a * b) - 1)).toBeLessThan(0.08);
  expect(found.pointsMm).toHaveLength(36);
  for (const point of found.pointsMm) {
    expect(length(point)).toBeGreaterThan(b - 0.4);
    expect(length(point)).toBeLessThan(a + 0.4);
  }
});

test('the sac is the one at the canal, not another bright thing', () => {
  const two = axial((x, y) => ellipse(9, 7)(x, y) ?? ellipse(12, 12)(x - 50, y));
  const found = measureSacArea(two, MIDDLE);
  expect('value' in found && found.value).toBeLessThan(230);
});

test('what is not there, cut off or of no spine is absent', () => {
  expect(
    measureSacArea(
      axial(() => null),
      MIDDLE,
    ),
  ).toEqual({ absent: 'not-outlined' });
  expect(measureSacArea(axial(ellipse(9, 7)), [30, 0, 0])).toEqual({ absent: 'not-outlined' });
  expect(measureSacArea(axial(ellipse(9, 7), { seen: (x) => x < 5 }), MIDDLE)).toEqual({
    absent: 'level-out-of-view',
  });
  expect(measureSacArea(axial(ellipse(20, 18)), MIDDLE)).toEqual({ absent: 'not-plausible' });
  expect(measureSacArea(axial(ellipse(1, 1)), MIDDLE)).toEqual({ absent: 'not-plausible' });
});
