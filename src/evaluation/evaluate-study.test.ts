import { describe, expect, test } from 'vitest';
import type { LocalisedLevel } from '../domain/assessment.ts';
import { LEVELS } from '../domain/level.ts';
import type { SlicePlane } from '../volume/volume.ts';
import { numberedRight, placeError } from './place-error.ts';
import type { TruePlace } from './sources/labelled-study.ts';
import { gradedRows } from './tables/graded-rows.ts';

/** Sagittal, at x = 4 mm; columns run posteriorly, rows caudally. */
const PLANE: SlicePlane = {
  originMm: [4, -100, 200],
  rowDirection: [0, 1, 0],
  columnDirection: [0, 0, -1],
  rowSpacingMm: 0.5,
  columnSpacingMm: 0.8,
  rows: 400,
  columns: 400,
};

const FOUND: readonly LocalisedLevel[] = LEVELS.map((level, i) => ({
  level,
  discMm: [0, -10, -35 * i],
  canalMm: [0, 10, -35 * i],
  confidence: 1,
}));

describe('placeError', () => {
  test('is a distance in space, and within the slice for a point a reader marked', () => {
    const canal: TruePlace = { kind: 'canal', level: 'L2/L3', pointMm: [4, 13, -35], plane: PLANE };
    expect(placeError(canal, FOUND)).toEqual({
      kind: 'canal',
      level: 'L2/L3',
      errorMm: 5,
      inSliceMm: expect.closeTo(3, 9),
    });
    const disc: TruePlace = { kind: 'disc', level: 'L5/S1', pointMm: [0, -10, -146], plane: null };
    expect(placeError(disc, FOUND)).toEqual({ kind: 'disc', level: 'L5/S1', errorMm: 6, inSliceMm: null });
  });
});

describe('numberedRight', () => {
  const places = FOUND.map(
    ({ level, discMm }): TruePlace => ({ kind: 'disc', level, pointMm: discMm, plane: null }),
  );

  test('holds for places a little off', () => {
    const off = FOUND.map((level) => ({ ...level, discMm: [2, -8, level.discMm[2] - 10] as const }));
    expect(numberedRight(places, off)).toBe(true);
    expect(numberedRight([], off)).toBe(true);
  });

  test('fails for levels counted one too low', () => {
    const shifted = FOUND.map((level) => ({ ...level, discMm: [0, -10, level.discMm[2] - 35] as const }));
    expect(numberedRight(places, shifted)).toBe(false);
  });
});

test('gradedRows leaves out findings without a reference grade', () => {
  const finding = {
    condition: 'subarticular_stenosis',
    side: 'left',
    level: 'L4/L5',
    grade: 'Moderate',
    probabilities: { 'Normal/Mild': 0.2, Moderate: 0.5, Severe: 0.3 },
    location: null,
  } as const;
  const other = { ...finding, side: 'right' } as const;
  const rows = gradedRows([finding, other], { left_subarticular_stenosis_l4_l5: 'Severe' });
  expect(rows).toEqual([
    {
      condition: 'subarticular_stenosis',
      side: 'left',
      level: 'L4/L5',
      truth: 2,
      posteriors: [0.2, 0.5, 0.3],
    },
  ]);
});
