import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyticSlice, type Shape, segmentShape } from './analytic-slice.fixture.ts';
import { contoursOf } from './contours.ts';
import { isolines } from './isolines.ts';

type Ring = readonly (readonly [number, number])[];
const area = (ring: Ring) =>
  Math.abs(
    ring.reduce((sum, [c, r], i) => {
      const [nc, nr] = ring[(i + 1) % ring.length]!;
      return sum + c * nr - nc * r;
    }, 0),
  ) / 2;

test('a sac of known size has a line of its area around its place, of few points', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        a: fc.double({ min: 4, max: 15, noNaN: true }),
        b: fc.double({ min: 4, max: 15, noNaN: true }),
        x: fc.double({ min: -40, max: 40, noNaN: true }),
        y: fc.double({ min: -40, max: 40, noNaN: true }),
      }),
      async ({ a, b, x, y }) => {
        const sac: Shape = (px, py) => (((px - x) / a) ** 2 + ((py - y) / b) ** 2 <= 1 ? 'sac' : null);
        const slice = analyticSlice(sac, { role: 'axial-t2' });
        const [contour, ...others] = await contoursOf([slice, slice]);
        expect(others).toEqual([]);
        expect(contour).toMatchObject({ structure: 'sac', role: 'axial-t2', image: slice.image });
        const [ring, ...more] = contour!.rings as [Ring];
        expect(more).toEqual([]);
        expect(ring.length).toBeLessThan(60);
        const mm = 0.9;
        // A line may leave out what is within a quarter of a millimetre of it: all the way round, at the most.
        const round = Math.PI * (a + b);
        expect(Math.abs(area(ring) * mm ** 2 - Math.PI * a * b)).toBeLessThan(0.25 * round);
        // The first pixel's centre is (0.5, 0.5): the middle of 200 pixels lies at 100.
        for (const [column, row] of ring) {
          const [px, py] = [(column - 100) * mm, (row - 100) * mm];
          const off = Math.sqrt(((px - x) / a) ** 2 + ((py - y) / b) ** 2) - 1;
          expect(Math.abs(off) * Math.min(a, b)).toBeLessThan(0.6);
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('every structure has its lines, one around each part; nothing has none', async () => {
  const slices = [analyticSlice(segmentShape()), analyticSlice(segmentShape())];
  const contours = await contoursOf([slices[0]!]);
  const rings = Object.fromEntries(contours.map(({ structure, rings }) => [structure, rings.length]));
  expect(rings).toEqual({ disc: 1, vertebra: 2, sac: 1, epidural: 2 });
  expect(await contoursOf([analyticSlice(() => null)])).toEqual([]);
  expect(await contoursOf([...slices, slices[0]!])).toEqual([...contours, ...contours]);
});

test('lines are closed whatever the field, to its edge and at corners that touch', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0.3, 0.5, 0.8, 1), { minLength: 49, maxLength: 49 }),
      (values) => {
        const lines = isolines(Float32Array.from(values), 7);
        const inside = values.filter((each) => each >= 0.5).length;
        expect(lines.length > 0).toBe(inside > 0);
        for (const line of lines) {
          line.forEach(({ column, row }, i) => {
            const next = line[(i + 1) % line.length]!;
            expect(Math.hypot(next.column - column, next.row - row)).toBeLessThan(1.5);
          });
        }
      },
    ),
  );
});
