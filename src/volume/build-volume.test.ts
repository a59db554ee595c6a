import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ImagingError } from '../dicom/imaging-error.ts';
import type { Point } from '../domain/point.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../domain/uid.ts';
import { buildVolume } from './build-volume.ts';
import type { Slice, SlicePlane } from './volume.ts';

function slice(
  uid: number,
  originMm: Point,
  plane: Partial<SlicePlane> = {},
  frame: string | null = '2.25.9',
): Slice {
  const full: SlicePlane = {
    originMm,
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    rowSpacingMm: 1,
    columnSpacingMm: 1,
    rows: 2,
    columns: 3,
    ...plane,
  };
  return {
    plane: full,
    image: {
      sopClassUid: '1.2',
      sopInstanceUid: `2.25.${uid}` as SopInstanceUid,
      seriesInstanceUid: '2.25.2' as SeriesInstanceUid,
      frameOfReferenceUid: frame,
      frameNumber: null,
    },
    pixels: async () => new Float32Array(full.rows * full.columns),
  };
}

const uids = (slices: readonly Slice[]) => slices.map(({ image }) => Number(image.sopInstanceUid.slice(5)));

/** Directions of an axial stack tilted about the left-right axis. */
function tilted(degrees: number): Partial<SlicePlane> {
  const angle = (degrees * Math.PI) / 180;
  return { columnDirection: [0, Math.cos(angle), Math.sin(angle)] };
}

const HIGH = [
  slice(11, [0, 0, 80], tilted(5)),
  slice(12, [0, 0, 84], tilted(5)),
  slice(13, [0, 0, 88], tilted(5)),
];
const LOW = [slice(31, [0, 0, 0], tilted(-20)), slice(32, [0, 0, 4], tilted(-20))];

test('slices follow the normal, stack by stack, whatever order they come in', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...HIGH, ...LOW], { minLength: 5, maxLength: 5 }), (arrived) => {
      const volume = buildVolume('axial-t2', arrived);
      expect(uids(volume.slices)).toEqual([31, 32, 11, 12, 13]);
      expect(volume).toMatchObject({ role: 'axial-t2', frameOfReferenceUid: '2.25.9' });
    }),
  );
});

test('order follows position along rowDirection × columnDirection, also where that points to the feet', () => {
  const flipped: Partial<SlicePlane> = { columnDirection: [0, -1, 0] };
  const volume = buildVolume('axial-t2', [slice(1, [0, 0, 1], flipped), slice(2, [0, 0, 9], flipped)]);
  expect(uids(volume.slices)).toEqual([2, 1]);
});

test('of slices at one place the lowest UID stays; another angle or a shifted view is no repeat', () => {
  const volume = buildVolume('axial-t2', [
    slice(5, [0, 0, 0]),
    slice(4, [0, 0, 0.005]),
    slice(6, [0, 0, 0], tilted(5)),
    slice(7, [10, 0, 0]),
  ]);
  expect(uids(volume.slices).sort()).toEqual([4, 6, 7]);
});

test('matrices and spacings may differ', () => {
  const fine = { rows: 8, columns: 8, rowSpacingMm: 0.5 };
  expect(buildVolume('axial-t2', [slice(1, [0, 0, 0]), slice(2, [0, 0, 4], fine)]).slices).toHaveLength(2);
});

test.each<[string, readonly Slice[]]>([
  ['no slices', []],
  ['(0020,0052)', [slice(1, [0, 0, 0]), slice(2, [0, 0, 4], {}, '2.25.8')]],
  ['(0020,0052)', [slice(1, [0, 0, 0]), slice(2, [0, 0, 4], {}, null)]],
  ['(0020,0037)', [slice(1, [0, 0, 0], { columnDirection: [0.5, 0.8, 0] })]],
  ['(0020,0037)', [slice(1, [0, 0, 0], { rowDirection: [2, 0, 0] })]],
])('%s is refused', (named, slices) => {
  expect(() => buildVolume('axial-t2', slices)).toThrow(ImagingError);
  expect(() => buildVolume('axial-t2', slices)).toThrow(named);
});
