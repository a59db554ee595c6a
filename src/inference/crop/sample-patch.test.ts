import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cross, dot, type Point, unit } from '../../domain/point.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import { normalisePatch } from './normalise-patch.ts';
import type { PatchFrame } from './patch-frame.ts';
import { type DecodedSlice, samplePatch } from './sample-patch.ts';

/** A slice whose grey value is a linear function of the place in the patient: bilinear sampling is then exact. */
function rampSlice(plane: SlicePlane, gradient: Point): DecodedSlice {
  const pixels = new Float32Array(plane.rows * plane.columns);
  for (let r = 0; r < plane.rows; r++) {
    for (let c = 0; c < plane.columns; c++) {
      const place = [0, 1, 2].map(
        (k) =>
          plane.originMm[k]! +
          plane.rowDirection[k]! * c * plane.columnSpacingMm +
          plane.columnDirection[k]! * r * plane.rowSpacingMm,
      ) as unknown as Point;
      pixels[r * plane.columns + c] = dot(place, gradient);
    }
  }
  return { plane, pixels };
}

/** The definition, without regard to time. */
function oneByOne({ plane, pixels }: DecodedSlice, frame: PatchFrame): Float32Array {
  const relative = frame.centreMm.map((mm, k) => mm - plane.originMm[k]!) as unknown as Point;
  const step = frame.mmPerPixel;
  const [toColumn, toRow] = [1 / plane.columnSpacingMm, 1 / plane.rowSpacingMm];
  const offsets = step > 1.2 * Math.min(plane.rowSpacingMm, plane.columnSpacingMm) ? [-0.25, 0.25] : [0];
  const along = (direction: Point, axis: Point, scale: number) => dot(direction, axis) * step * scale;
  const at = (row: number, column: number) => pixels[row * plane.columns + column]!;
  return Float32Array.from({ length: frame.size ** 2 }, (_, index) => {
    const [i, j] = [index % frame.size, Math.floor(index / frame.size)];
    let sum = 0;
    for (const dv of offsets) {
      for (const du of offsets) {
        const u = i - (frame.size - 1) / 2 + du;
        const v = j - (frame.size - 1) / 2 + dv;
        const column =
          dot(relative, plane.rowDirection) * toColumn +
          along(frame.columnDirection, plane.rowDirection, toColumn) * u +
          along(frame.rowDirection, plane.rowDirection, toColumn) * v;
        const row =
          dot(relative, plane.columnDirection) * toRow +
          along(frame.columnDirection, plane.columnDirection, toRow) * u +
          along(frame.rowDirection, plane.columnDirection, toRow) * v;
        if (column < 0 || row < 0 || column > plane.columns - 1 || row > plane.rows - 1) return Number.NaN;
        const c0 = Math.max(0, Math.min(Math.floor(column), plane.columns - 2));
        const r0 = Math.max(0, Math.min(Math.floor(row), plane.rows - 2));
        const [c1, r1] = [Math.min(c0 + 1, plane.columns - 1), Math.min(r0 + 1, plane.rows - 1)];
        const [fc, fr] = [column - c0, row - r0];
        const top = at(r0, c0) * (1 - fc) + at(r0, c1) * fc;
        const bottom = at(r1, c0) * (1 - fc) + at(r1, c1) * fc;
        sum += (top * (1 - fr) + bottom * fr) * (1 / offsets.length ** 2);
      }
    }
    return sum;
  });
}

const component = fc.double({ min: -1, max: 1, noNaN: true });
const direction = fc.tuple(component, component, component).filter((v) => Math.hypot(...v) > 0.2);

describe('samplePatch', () => {
  it('gives the value at the place in the patient, whatever way rows and columns run', () => {
    fc.assert(
      fc.property(
        direction,
        direction,
        direction,
        fc.double({ min: 0.4, max: 1.2, noNaN: true }),
        fc.double({ min: 0.4, max: 1.2, noNaN: true }),
        fc.double({ min: 0.3, max: 2, noNaN: true }),
        (a, b, gradient, rowSpacingMm, columnSpacingMm, mmPerPixel) => {
          const rowDirection = unit(a);
          const normal = cross(rowDirection, b);
          fc.pre(Math.hypot(...normal) > 0.1);
          const columnDirection = unit(cross(normal, rowDirection));
          const plane = {
            originMm: [10, -20, 30],
            rowDirection,
            columnDirection,
            rowSpacingMm,
            columnSpacingMm,
            rows: 80,
            columns: 90,
          } as const;
          const slice = rampSlice(plane, gradient);
          const centreMm = [0, 1, 2].map(
            (k) =>
              plane.originMm[k]! +
              rowDirection[k]! * 45 * columnSpacingMm +
              columnDirection[k]! * 40 * rowSpacingMm,
          ) as unknown as Point;
          const out = new Float32Array(5 * 5);
          const frame = { centreMm, columnDirection, rowDirection, size: 5, mmPerPixel };
          samplePatch(slice, frame, out, 0);
          for (let j = 0; j < 5; j++) {
            for (let i = 0; i < 5; i++) {
              const place = [0, 1, 2].map(
                (k) =>
                  centreMm[k]! +
                  columnDirection[k]! * (i - 2) * mmPerPixel +
                  rowDirection[k]! * (j - 2) * mmPerPixel,
              ) as unknown as Point;
              expect(out[j * 5 + i]).toBeCloseTo(dot(place, gradient), 3);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same numbers, bit for bit, as the mean of bilinear samples taken one by one', () => {
    const noise = (index: number) => Math.fround(Math.sin(index * 12.9898) * 43758.5453);
    const millimetres = fc.double({ min: 0.3, max: 2, noNaN: true });
    fc.assert(
      fc.property(millimetres, millimetres, fc.integer({ min: 1, max: 12 }), (spacing, mmPerPixel, rows) => {
        const plane: SlicePlane = {
          originMm: [0, 0, 0],
          rowDirection: [0, 1, 0],
          columnDirection: [0, 0, -1],
          rowSpacingMm: spacing,
          columnSpacingMm: 0.7,
          rows,
          columns: 9,
        };
        const pixels = Float32Array.from({ length: rows * 9 }, (_, i) => noise(i));
        const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
        const frame = {
          centreMm: [0, 3, -2] as Point,
          columnDirection: [0, c, s] as Point,
          rowDirection: [0, s, -c] as Point,
          size: 7,
          mmPerPixel,
        };
        const out = new Float32Array(49);
        samplePatch({ plane, pixels }, frame, out, 0);
        expect(out).toEqual(oneByOne({ plane, pixels }, frame));
      }),
    );
  });

  it('marks what lies outside the slice', () => {
    const plane: SlicePlane = {
      originMm: [0, 0, 0],
      rowDirection: [0, 1, 0],
      columnDirection: [0, 0, -1],
      rowSpacingMm: 1,
      columnSpacingMm: 1,
      rows: 10,
      columns: 10,
    };
    const out = new Float32Array(9);
    const frame = {
      centreMm: [0, 9, -9] as Point,
      columnDirection: [0, 1, 0] as Point,
      rowDirection: [0, 0, -1] as Point,
      size: 3,
      mmPerPixel: 1,
    };
    samplePatch(rampSlice(plane, [0, 1, 0]), frame, out, 0);
    expect([...out]).toEqual([8, 9, NaN, 8, 9, NaN, NaN, NaN, NaN]);
  });
});

describe('normalisePatch', () => {
  const spec = { kind: 'percentile', low: 0, high: 100 } as const;

  it('maps the percentiles to 0 and 1, and the outside to 0', () => {
    const values = Float32Array.from({ length: 701 }, (_, i) => (i === 3 ? NaN : 100 + i));
    normalisePatch(values, spec);
    expect(values[0]).toBe(0);
    expect(values[3]).toBe(0);
    expect(values[700]).toBe(1);
    expect(values[350]).toBeCloseTo(0.5, 5);
  });

  it('leaves no NaN of a constant patch', () => {
    const values = new Float32Array(100).fill(42);
    normalisePatch(values, spec);
    expect(values.every((value) => value === 0)).toBe(true);
  });
});
