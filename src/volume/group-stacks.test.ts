import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { along, cross, type Point, unit } from '../domain/point.ts';
import { groupStacks } from './group-stacks.ts';

interface Image {
  readonly name: string;
  readonly originMm: Point;
  readonly rowDirection: Point;
  readonly columnDirection: Point;
}

const RADIANS = Math.PI / 180;
const share = fc.double({ min: -1, max: 1, noNaN: true });
const inUnitCube: fc.Arbitrary<Point> = fc.tuple(share, share, share);
/** No longer than 1. */
const wobble = inUnitCube.map((p) => along([0, 0, 0], p, 1 / Math.sqrt(3)));
const axes = inUnitCube
  .filter((p) => Math.hypot(...p) > 0.1)
  .map((p) => {
    const row = unit(p);
    const column = unit(cross(row, Math.abs(row[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0]));
    return { row, column, normal: cross(row, column) };
  });

/** Turned by the wobble, in degrees, out of the plane and in it. */
function turned({ row, column, normal }: Axes, [a, b, c]: Point, degrees: number): Axes {
  const tilt = (to: Point, by: number) => along([0, 0, 0], to, Math.tan(by * degrees * RADIANS));
  const newRow = unit(along(along(row, tilt(normal, a), 1), tilt(column, c), 1));
  const newNormal = unit(cross(newRow, along(column, tilt(normal, b), 1)));
  return { row: newRow, column: cross(newNormal, newRow), normal: newNormal };
}
type Axes = { readonly row: Point; readonly column: Point; readonly normal: Point };

function image(name: string, { row, column }: Axes, originMm: Point): Image {
  return { name, originMm, rowDirection: row, columnDirection: column };
}

const names = (images: readonly Image[]) =>
  groupStacks(images, (each) => each).map(({ levels }) =>
    levels.map(({ places }) => places.map((place) => place.map(({ name }) => name).sort())),
  );

/** A stack whose places are shown `repeats` times; two wobbles, of place and direction, an image. */
const noisyStack = fc
  .record({
    axes,
    corner: inUnitCube.map((p) => along([0, 0, 0], p, 200)),
    spacingMm: fc.double({ min: 0.4, max: 8, noNaN: true }),
    slices: fc.integer({ min: 5, max: 12 }),
    repeats: fc.integer({ min: 1, max: 3 }),
    noise: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .chain((stack) =>
    fc
      .array(fc.tuple(wobble, wobble), {
        minLength: stack.slices * stack.repeats,
        maxLength: stack.slices * stack.repeats,
      })
      .map((wobbles) => ({ ...stack, wobbles })),
  );

describe('noise below its bound moves no image into another group', () => {
  test('of positions up to an eighth of the spacing, of directions up to a quarter of a degree', () => {
    fc.assert(
      fc.property(noisyStack, (stack) => {
        const { spacingMm, slices, repeats, noise } = stack;
        const shiftMm = 0.95 * noise * Math.min(spacingMm / 8, 0.5);
        const images = stack.wobbles.map(([shift, turn], index) => {
          const slice = index % slices;
          const place = along(stack.corner, stack.axes.normal, slice * spacingMm);
          const own = turned(stack.axes, turn, 0.95 * noise * 0.24);
          return image(`${slice}/${Math.floor(index / slices)}`, own, along(place, shift, shiftMm));
        });
        const expected = Array.from({ length: slices }, (_, slice) => [
          Array.from({ length: repeats }, (__, repeat) => `${slice}/${repeat}`),
        ]);
        expect(names(images)).toEqual([expected]);
        expect(names(images.toReversed())).toEqual([expected]);
      }),
      { numRuns: 300 },
    );
  });

  test('stacks that radiate by a degree stay apart, noise of a fifth of one and all', () => {
    fc.assert(
      fc.property(
        axes,
        fc.array(wobble, { minLength: 40, maxLength: 40 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (main, wobbles, degrees) => {
          const images = wobbles.map((wobble, index) => {
            const disc = Math.floor(index / 5);
            const block = turned(main, [0, 1, 0], disc);
            const place = along([0, 0, 30 * disc], block.normal, (index % 5) * 4);
            return image(`${index}`, turned(block, wobble, degrees), place);
          });
          expect(names(images).map((levels) => levels.flat(2).length)).toEqual(Array(8).fill(5));
        },
      ),
    );
  });
});

test('slices of a regular stack stay apart at any spacing', () => {
  const stack = (spacingMm: number) =>
    Array.from(
      { length: 60 },
      (_, i): Image => ({
        name: `${i}`,
        originMm: [i * spacingMm, 10, 10],
        rowDirection: [0, 1, 0],
        columnDirection: [0, 0, -1],
      }),
    );
  for (const spacingMm of [0.05, 0.2, 0.3333, 0.5, 0.8, 1, 4]) {
    expect(groupStacks(stack(spacingMm), (each) => each)[0]!.levels).toHaveLength(60);
  }
});

test('views side by side are places of one level; so near that they overlap all but a millimetre they are one', () => {
  const row: Axes = { row: [1, 0, 0], column: [0, 1, 0], normal: [0, 0, 1] };
  const at = (name: string, x: number, z: number) => image(name, row, [x, 0, z]);
  expect(names([at('a', 0, 0), at('b', 10, 0.01), at('c', 0.9, 0.02), at('d', 0, 4)])).toEqual([
    [[['a', 'c'], ['b']], [['d']]],
  ]);
});

test('whatever lies where, every image is in one group, and the order of images does not matter', () => {
  const anywhere = fc.array(fc.tuple(axes, inUnitCube), { maxLength: 12 });
  fc.assert(
    fc.property(anywhere, fc.double({ min: 0, max: 3, noNaN: true }), (lies, reachMm) => {
      const images = lies.map(([its, place], i) => image(`${i}`, its, along([0, 0, 0], place, reachMm)));
      expect(names(images).flat(3).sort()).toEqual(images.map(({ name }) => name).sort());
      const groups = (of: readonly Image[]) =>
        names(of)
          .flat(2)
          .map((place) => place.join())
          .sort();
      expect(groups(images.toReversed())).toEqual(groups(images));
    }),
  );
});

test('five thousand images of as many directions and places are grouped in time', () => {
  const images = Array.from({ length: 5000 }, (_, i) => {
    const angle = i * 2.4;
    const z = 1 - (2 * i + 1) / 5000;
    const normal: Point = [Math.sqrt(1 - z * z) * Math.cos(angle), Math.sqrt(1 - z * z) * Math.sin(angle), z];
    const row = unit(cross(normal, [0.3, 0.5, 0.8]));
    return image(`${i}`, { row, column: cross(normal, row), normal }, [i % 7, i % 11, i % 13]);
  });
  const start = performance.now();
  groupStacks(images, (each) => each);
  expect(performance.now() - start).toBeLessThan(2000);
});
