import type { GradedStudy } from '../domain/assessment.ts';
import { LEVELS, type Level } from '../domain/level.ts';
import { MEASURES, type Measure, type Measurement } from '../domain/measurement.ts';
import type { Point } from '../domain/point.ts';
import { scoordPixel } from '../volume/plane-geometry.ts';
import { gradedStudy, PLANNED_LEVELS, type PlannedImage } from './report.fixture.ts';

/** Value of each measure of a level, and where its ends lie from the disc: to the back and to the head, mm. */
const PLANNED: Readonly<Record<Measure, readonly [value: number, ends: readonly (readonly number[])[]]>> = {
  'canal-diameter': [
    14.125,
    [
      [18, 0],
      [32.125, 0],
    ],
  ],
  'sac-diameter': [
    11.5,
    [
      [19, 0],
      [30.5, 0],
    ],
  ],
  'disc-height': [
    8.75,
    [
      [0, 4.375],
      [0, -4.375],
    ],
  ],
  slip: [
    -1.25,
    [
      [17, 8],
      [18.25, -8],
    ],
  ],
  'sac-area': [
    142.625,
    [
      [20, -6],
      [20, 6],
      [30, 6],
      [30, -6],
    ],
  ],
}; // prettier-ignore

/** Every measure of every level on the planned images, but for what nothing was found of. */
export function plannedMeasurements(images: readonly PlannedImage[]): readonly Measurement[] {
  return LEVELS.flatMap((level, index) =>
    MEASURES.map((measure): Measurement => {
      const role = measure === 'sac-area' ? 'axial-t2' : 'sagittal-t2';
      const all = images.filter((image) => image.role === role);
      const image = role === 'axial-t2' ? all[LEVELS.length - 1 - index] : all[2];
      if (level === 'L5/S1' && measure === 'slip') return { level, measure, absent: 'not-outlined' };
      if (image === undefined) return { level, measure, absent: 'no-axial-slices' };
      const [value, ends] = PLANNED[measure];
      const pointsMm = ends.map((end) => placed(level, role === 'axial-t2', end));
      const pixels = pointsMm.map((point) => scoordPixel(image.plane, point));
      return {
        level,
        measure,
        value: value * (1 - index / 10),
        role,
        image: image.reference,
        pointsMm,
        pixels,
      };
    }),
  );
}

function placed(level: Level, axial: boolean, [back = 0, over = 0]: readonly number[]): Point {
  const [, y, z] = PLANNED_LEVELS.find((each) => each.level === level)!.discMm;
  return axial ? [over, y + back, z] : [0, y + back, z + over];
}

export function measuredStudy(images: readonly PlannedImage[]): GradedStudy {
  return { ...gradedStudy(images), levels: PLANNED_LEVELS, measurements: plannedMeasurements(images) };
}
