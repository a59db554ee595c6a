import { expect, test } from 'vitest';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Condition, Side } from '../../domain/target.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { Slice, Volume, Volumes } from '../../volume/volume.ts';
import { locateTarget } from './reading-place.ts';

const SIZE = { rows: 100, columns: 100, rowSpacingMm: 2, columnSpacingMm: 2 };

/** Slices 4 mm apart around the origin: sagittal ones along x, axial ones along z. */
function volume(role: SeriesRole, positionsMm: readonly number[]): Volume {
  const slices = positionsMm.map((position, index): Slice => {
    const image = {
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: `2.25.${index + 1}`,
      seriesInstanceUid: '2.25.9',
      frameOfReferenceUid: null,
      frameNumber: null,
    };
    const plane =
      role === 'axial-t2'
        ? { originMm: [-99, -99, position], rowDirection: [1, 0, 0], columnDirection: [0, 1, 0] }
        : { originMm: [position, -99, 99], rowDirection: [0, 1, 0], columnDirection: [0, 0, -1] };
    return {
      image,
      plane: { ...SIZE, ...plane },
      pixels: async () => new Float32Array(0),
    } as unknown as Slice;
  });
  return { role, slices } as unknown as Volume;
}

const level = { level: 'L1/L2', discMm: [0, -25, 50], canalMm: [0, 0, 50], confidence: 1 } as const;
const around = (middle: number) => [-20, -16, -12, -8, -4, 0, 4, 8, 12, 16, 20].map((step) => middle + step);
const volumes = {
  'sagittal-t1': volume('sagittal-t1', around(0)),
  'sagittal-t2': volume('sagittal-t2', around(0)),
  'axial-t2': volume('axial-t2', around(50)),
};

const locate = (condition: Condition, side: Side, on: Volumes = volumes) =>
  locateTarget(condition, side, level, { volumes: on, frameOfReferenceUid: '2.25.7' }).location;

test('each condition is shown on its own series, at its own place', () => {
  const roles = (
    ['spinal_canal_stenosis', 'neural_foraminal_narrowing', 'subarticular_stenosis'] as const
  ).map((condition) => locate(condition, condition === 'spinal_canal_stenosis' ? null : 'left'));
  expect(roles.map((location) => location?.role)).toEqual(['sagittal-t2', 'sagittal-t1', 'axial-t2']);
  expect(roles[1]!.pointMm[0]).toBe(16);
});

test('a place that its own series leaves out is shown on the next best one', () => {
  const lower = { ...volumes, 'axial-t2': volume('axial-t2', around(-40)) };
  const recess = locate('subarticular_stenosis', 'right', lower)!;
  expect(recess.role).toBe('sagittal-t2');
  expect(recess.pointMm[0]).toBe(-8);
  const slice = lower['sagittal-t2'].slices.find(({ image }) => image === recess.image)!;
  const [column, row] = recess.pixel;
  expect(pixelToPatient(slice.plane, column - 0.5, row - 0.5)).toEqual(recess.pointMm);
  const foramen = locate('neural_foraminal_narrowing', 'left', {
    'sagittal-t2': volumes['sagittal-t2'],
  });
  expect(foramen).toMatchObject({ role: 'sagittal-t2', pointMm: [16, 0, 50] });
});

test('a place that no series shows has no location but its point in space, when there is a frame of reference', () => {
  const narrow = { 'sagittal-t2': volume('sagittal-t2', [-4, 0, 4]) };
  const foramen = (frameOfReferenceUid: string | null) =>
    locateTarget('neural_foraminal_narrowing', 'left', level, { volumes: narrow, frameOfReferenceUid });
  expect(foramen('2.25.7')).toEqual({
    location: null,
    unseenAt: { pointMm: [16, 0, 50], frameOfReferenceUid: '2.25.7' },
  });
  expect(foramen(null)).toEqual({ location: null });
  expect(locate('spinal_canal_stenosis', null, narrow)).not.toBeNull();
});
