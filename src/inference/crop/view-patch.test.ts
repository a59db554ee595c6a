import { describe, expect, test } from 'vitest';
import type { Slice, Volume } from '../../volume/volume.ts';
import { slicesSeen } from './view-patch.ts';

/** A stack of axial slices so far below the disc (mm), and those that each channel shows. */
function shown(
  heightsMm: readonly number[],
  distinct: boolean,
  slicesMm = [-4, 0, 4],
): (number | undefined)[] {
  const plane = (mm: number) => ({
    ...({ originMm: [-50, -50, -mm], rowDirection: [1, 0, 0], columnDirection: [0, 1, 0] } as const),
    ...{ rowSpacingMm: 1, columnSpacingMm: 1, rows: 100, columns: 100 },
  });
  const slices = heightsMm.map(
    (mm, i): Slice => ({
      plane: plane(mm),
      image: { sopClassUid: '1.2', sopInstanceUid: `1.2.${i}` } as Slice['image'],
      pixels: () => Promise.reject(new Error('not looked at')),
    }),
  );
  const volume: Volume = { role: 'axial-t2', frameOfReferenceUid: null, slices };
  const view = {
    name: 'axial',
    role: 'axial-t2',
    plane: 'axial',
    side: null,
    slicesMm,
    toleranceMm: 5,
    distinct,
  } as const;
  const frame = { canalMm: [0, 0, 0], marginMm: [0, 0, 0], caudal: [0, 0, -1], foraminaMm: {} } as never;
  return slicesSeen(view, volume, frame).map((slice) => heightsMm[slices.indexOf(slice)]);
}

describe('channels of a view of distinct slices', () => {
  test('are the nearest ones where these differ', () => {
    expect(shown([-12, -8, -4, 0, 4, 8], true)).toEqual([-4, 0, 4]);
    expect(shown([-10, -4.5, 1, 6.5], true)).toEqual(shown([-10, -4.5, 1, 6.5], false));
  });

  test('take the next one where a gap makes two of them nearest to one slice', () => {
    const heights = [-7.8, -2.6, 2.6, 7.8];
    expect(new Set(shown(heights, false)).size).toBe(2);
    const three = shown(heights, true);
    expect(new Set(three).size).toBe(3);
    expect(three).toEqual([...three].sort((a, b) => a! - b!));
  });

  test('repeat a slice where no other one is near enough', () => {
    expect(shown([-3, 20], true)).toEqual([-3, -3]);
    expect(shown([0], true)).toEqual([0, 0, 0]);
  });

  test('are in order and distinct, whatever the spacing up to the tolerance and wherever the stack begins', () => {
    for (let spacing = 3; spacing <= 5; spacing += 0.1) {
      for (let begin = 0; begin < spacing; begin += 0.1) {
        const heights = Array.from({ length: 12 }, (_, i) => begin - 25 + i * spacing);
        const three = shown(heights, true);
        expect(new Set(three).size).toBe(3);
        expect(three).toEqual([...three].sort((a, b) => a! - b!));
      }
    }
  });
});
