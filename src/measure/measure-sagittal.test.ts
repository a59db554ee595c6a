import { describe, expect, test } from 'vitest';
import { length, subtract } from '../domain/point.ts';
import { analyticSlice, SEGMENT, segmentShape } from './analytic-slice.fixture.ts';
import { type Length, measureSagittal } from './measure-sagittal.ts';

const MIDDLE = [0, 0, 0] as const;
const value = (of: Length) => ('value' in of ? of.value : of.absent);

describe('a motion segment of known size', () => {
  test.each([0, 0.2, -0.5])('is measured to a quarter of a millimetre, turned by %f', (turned) => {
    const measured = measureSagittal(analyticSlice(segmentShape({ turned })), MIDDLE);
    const canal = SEGMENT.gap + SEGMENT.sac + SEGMENT.fat;
    expect(value(measured['canal-diameter'])).toBeCloseTo(canal, 0);
    expect(Math.abs((value(measured['canal-diameter']) as number) - canal)).toBeLessThan(0.25);
    expect(Math.abs((value(measured['sac-diameter']) as number) - SEGMENT.sac)).toBeLessThan(0.25);
    expect(Math.abs((value(measured['disc-height']) as number) - SEGMENT.discHeight)).toBeLessThan(0.25);
    expect(Math.abs(value(measured.slip) as number)).toBeLessThan(0.3);
  });

  test.each([6, -4])('that has slipped by %f mm tells so, forwards as positive', (slip) => {
    const { slip: found } = measureSagittal(analyticSlice(segmentShape({ slip })), MIDDLE);
    expect(Math.abs((value(found) as number) - slip)).toBeLessThan(0.4);
  });

  test('has ends as far apart as the length, on the plane of the slice', () => {
    const measured = measureSagittal(analyticSlice(segmentShape({ turned: 0.3 })), MIDDLE);
    for (const measure of ['canal-diameter', 'sac-diameter', 'disc-height'] as const) {
      const found = measured[measure];
      if (!('value' in found)) throw new Error(found.absent);
      const [a, b] = found.pointsMm;
      expect(length(subtract(a, b))).toBeCloseTo(found.value, 6);
      expect([a[0], b[0]]).toEqual([0, 0]);
    }
    const canal = measured['canal-diameter'];
    if (!('value' in canal)) throw new Error(canal.absent);
    // From front to back: +y is posterior.
    expect(canal.pointsMm[1][1]).toBeGreaterThan(canal.pointsMm[0][1]);
  });
});

describe('what cannot be seen is not measured', () => {
  test('a disc half out of the picture', () => {
    const slice = analyticSlice(segmentShape(), { seen: (x) => x > -8 });
    for (const found of Object.values(measureSagittal(slice, MIDDLE))) {
      expect(found).toEqual({ absent: 'level-out-of-view' });
    }
  });

  test('a canal that runs out of the picture, beside a disc that is whole', () => {
    const slice = analyticSlice(segmentShape(), { seen: (x) => x < 17 + 6 });
    const measured = measureSagittal(slice, MIDDLE);
    expect(measured['canal-diameter']).toEqual({ absent: 'level-out-of-view' });
    expect('value' in measured['disc-height']).toBe(true);
  });

  test('a disc that was not outlined, within the picture and beyond it', () => {
    const nothing = analyticSlice(() => null);
    expect(measureSagittal(nothing, MIDDLE)['disc-height']).toEqual({ absent: 'not-outlined' });
    expect(measureSagittal(nothing, [0, 0, 400])['disc-height']).toEqual({ absent: 'level-out-of-view' });
  });

  test('a canal that was not outlined, a vertebra that is missing', () => {
    const whole = segmentShape();
    const noCanal = analyticSlice((x, y) => (x > 17 ? null : whole(x, y)));
    expect(measureSagittal(noCanal, MIDDLE)['canal-diameter']).toEqual({ absent: 'not-outlined' });
    const noBody = analyticSlice((x, y) => (y < -4.5 && x < 17 ? null : whole(x, y)));
    expect(measureSagittal(noBody, MIDDLE).slip).toEqual({ absent: 'not-outlined' });
    expect('value' in measureSagittal(noBody, MIDDLE)['sac-diameter']).toBe(true);
  });

  test('a canal that metal has broken: no rest of it passes for its diameter', () => {
    const whole = segmentShape();
    for (const from of [3, 5, 7]) {
      // Nothing is made out of 4 mm within the sac.
      const broken = analyticSlice((x, y) => (x > 17 + from && x < 17 + from + 4 ? null : whole(x, y)));
      const measured = measureSagittal(broken, MIDDLE);
      expect(measured['canal-diameter']).toEqual({ absent: 'not-outlined' });
      expect(measured['sac-diameter']).toEqual({ absent: 'not-outlined' });
      expect('value' in measured['disc-height']).toBe(true);
    }
  });

  test('a vertebra that metal hides: no slip, and no disc where both are hidden', () => {
    const whole = segmentShape();
    const below = analyticSlice((x, y) => (y > 4.5 && x < 17 ? null : whole(x, y)));
    expect(measureSagittal(below, MIDDLE).slip).toEqual({ absent: 'not-outlined' });
    const all = analyticSlice((x, y) => (x < 17 ? null : whole(x, y)));
    for (const found of Object.values(measureSagittal(all, MIDDLE))) {
      expect(found).toEqual({ absent: 'not-outlined' });
    }
  });

  test('a size that no spine has', () => {
    const wide = analyticSlice(segmentShape({ sac: 34, fat: 4 }));
    expect(measureSagittal(wide, MIDDLE)['canal-diameter']).toEqual({ absent: 'not-plausible' });
  });
});
