import { along, cross, type Point, unit } from '../../../domain/point.ts';
import type { SlicePlane } from '../../../volume/volume.ts';
import type { Anatomy } from '../../anatomy/anatomy.ts';
import { FIRST_LUMBAR_DISC, FIRST_SACRAL } from '../../anatomy/vertebra.ts';
import type { Random } from '../../random.ts';
import { patientPoint } from '../../shape/patient-point.ts';
import type { Ranges } from './protocol-family.ts';
import { fieldOfView, type SeriesGeometry, sliceStack } from './slice-stack.ts';

/** Row and column directions of a slice that holds the patient's left-right axis and the given posterior direction. */
function obliqueAxes(posterior: Point, roll: number): [Point, Point] {
  const column = unit(posterior);
  const raw: Point = [1, roll, 0];
  const share = raw[0] * column[0] + raw[1] * column[1];
  const row = unit([raw[0] - share * column[0], raw[1] - share * column[1], -share * column[2]]);
  return [row, unit(cross(cross(row, column), row))];
}

/**
 * Axial planes for one patient: one stack through all levels, or a stack along each disc. `wobble` is how far from
 * true they are planned, 1 for an ordinary radiographer.
 */
export function axialSeries(
  anatomy: Anatomy,
  random: Random,
  ranges: Ranges,
  wobble: number,
  oneStack: boolean,
): SeriesGeometry {
  const matrix = random.pick(ranges.matrices);
  const sliceThicknessMm = Math.max(3, random.pick(ranges.thicknessesMm) - random.pick([0, 0.5]));
  const spacingMm = sliceThicknessMm + random.uniform(...ranges.gapMm);
  const fov = fieldOfView(random, ranges.axialFovMm, matrix);
  const { vertebrae } = anatomy;
  const common = { sliceThicknessMm, spacingBetweenSlicesMm: spacingMm };
  const offset = [wobble * random.normal(0, 5), wobble * random.normal(0, 8)] as const;
  const centred = (disc: number): Point => {
    const at = patientPoint(vertebrae, disc, 0.5, 0, 6);
    return [at[0] + offset[0], at[1] + offset[1], at[2]];
  };
  if (oneStack) {
    const [top, bottom] = [
      patientPoint(vertebrae, FIRST_LUMBAR_DISC, 0, 0, 0),
      patientPoint(vertebrae, FIRST_SACRAL, 0.25, 0, 0),
    ];
    const tilt = wobble * random.uniform(-0.03, 0.22);
    const [row, column] = obliqueAxes([0, 1, tilt], wobble * random.normal(0, 0.02));
    const normal = cross(row, column);
    const extent = [0, 1, 2].reduce((sum, i) => sum + (top[i]! - bottom[i]!) * normal[i]!, 0);
    const count = Math.max(30, Math.ceil(extent / spacingMm) + 1);
    const l3 = centred(7);
    const middle: Point = [l3[0], l3[1], (top[2] + bottom[2]) / 2];
    return { ...common, planes: sliceStack(middle, row, column, count, spacingMm, fov, matrix) };
  }
  const count = random.integer(5, 9);
  const planes: SlicePlane[] = [];
  for (let disc = FIRST_SACRAL - 1; disc >= FIRST_LUMBAR_DISC; disc--) {
    const [above, below] = [vertebrae[disc]!, vertebrae[disc + 1]!];
    const mean = along(above.posterior, below.posterior, 1);
    const posterior: Point = [
      mean[0] + wobble * random.normal(0, 0.05),
      mean[1] + wobble * random.normal(0, 0.05),
      mean[2] + wobble * random.normal(0, 0.05),
    ];
    const [row, column] = obliqueAxes(posterior, wobble * random.normal(0, 0.02));
    planes.push(...sliceStack(centred(disc), row, column, count, spacingMm, fov, matrix));
  }
  return { ...common, planes };
}
