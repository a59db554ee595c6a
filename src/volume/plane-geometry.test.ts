import fc from 'fast-check';
import { expect, test } from 'vitest';
import { along, cross, dot, length, type Point, unit } from '../domain/point.ts';
import { inFieldOfView, patientToPixel, pixelToPatient, planeNormal } from './plane-geometry.ts';
import type { SlicePlane } from './volume.ts';

// + 0 makes −0 the 0 it equals.
const coordinate = fc.double({ min: -500, max: 500, noNaN: true }).map((value) => value + 0);
const point: fc.Arbitrary<Point> = fc.tuple(coordinate, coordinate, coordinate);
const spacing = fc.double({ min: 0.1, max: 5, noNaN: true });

/** Any plane: a random direction, and another made perpendicular to it. */
const plane: fc.Arbitrary<SlicePlane> = fc
  .record({ a: point, b: point, originMm: point, rowSpacingMm: spacing, columnSpacingMm: spacing })
  .filter(({ a, b }) => length(a) > 1 && length(b) > 1 && length(cross(unit(a), unit(b))) > 0.01)
  .map(({ a, b, ...rest }) => {
    const rowDirection = unit(a);
    const columnDirection = unit(cross(cross(rowDirection, unit(b)), rowDirection));
    return { ...rest, rowDirection, columnDirection, rows: 320, columns: 256 };
  });

test('patientToPixel undoes pixelToPatient and sees the distance from the plane', () => {
  const pixel = fc.double({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(plane, pixel, pixel, coordinate, (at, column, row, distance) => {
      const onPlane = pixelToPatient(at, column, row);
      const found = patientToPixel(at, along(onPlane, planeNormal(at), distance));
      expect(found.column).toBeCloseTo(column, 6);
      expect(found.row).toBeCloseTo(row, 6);
      expect(found.distanceMm).toBeCloseTo(distance, 6);
    }),
  );
});

test('pixelToPatient undoes patientToPixel for any point', () => {
  fc.assert(
    fc.property(plane, point, (at, somewhere) => {
      const { column, row, distanceMm } = patientToPixel(at, somewhere);
      const back = along(pixelToPatient(at, column, row), planeNormal(at), distanceMm);
      for (const axis of [0, 1, 2] as const) expect(back[axis]).toBeCloseTo(somewhere[axis], 6);
    }),
  );
});

test('neighbouring pixels lie one spacing apart, and the normal is a unit vector perpendicular to both', () => {
  fc.assert(
    fc.property(plane, (at) => {
      const first = pixelToPatient(at, 0, 0);
      expect(first).toEqual(at.originMm);
      expect(length(along(pixelToPatient(at, 1, 0), first, -1))).toBeCloseTo(at.columnSpacingMm, 9);
      expect(length(along(pixelToPatient(at, 0, 1), first, -1))).toBeCloseTo(at.rowSpacingMm, 9);
      expect(length(planeNormal(at))).toBeCloseTo(1, 9);
      expect(dot(planeNormal(at), at.rowDirection)).toBeCloseTo(0, 9);
      expect(dot(planeNormal(at), at.columnDirection)).toBeCloseTo(0, 9);
    }),
  );
});

const SAGITTAL: SlicePlane = {
  originMm: [4, -100, 50],
  rowDirection: [0, 1, 0],
  columnDirection: [0, 0, -1],
  rowSpacingMm: 2,
  columnSpacingMm: 0.5,
  rows: 100,
  columns: 400,
};

test('columns go by the spacing between columns, rows by that between rows', () => {
  expect(pixelToPatient(SAGITTAL, 10, 3)).toEqual([4, -95, 44]);
  expect(patientToPixel(SAGITTAL, [1, -95, 44])).toEqual({ column: 10, row: 3, distanceMm: 3 });
});

test('the field of view reaches half a pixel around the outermost centres', () => {
  const inside = (column: number, row: number) => inFieldOfView(SAGITTAL, { column, row });
  expect([inside(-0.5, 0), inside(0, -0.5), inside(399.49, 99.49)]).toEqual([true, true, true]);
  expect([inside(-0.51, 0), inside(0, -0.51), inside(399.5, 0), inside(0, 99.5)]).toEqual(
    Array(4).fill(false),
  );
});
