import { type Point, unit } from '../../../domain/point.ts';
import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { Random } from '../../random.ts';
import type { Ranges } from './protocol-family.ts';
import { fieldOfView, type SeriesGeometry, sliceStack } from './slice-stack.ts';

/** Sagittal planes for one patient along the line from L1 to L5; `wobble` as for axialSeries. */
export function sagittalSeries(
  anatomy: Anatomy,
  random: Random,
  ranges: Ranges,
  wobble: number,
): SeriesGeometry {
  const matrix = random.pick(ranges.matrices);
  const sliceThicknessMm = random.pick(ranges.thicknessesMm);
  const spacingMm = sliceThicknessMm + random.uniform(...ranges.gapMm);
  const fov = fieldOfView(random, ranges.sagittalFovMm, matrix);
  const [l3, l1] = [anatomy.vertebrae[7]!.centreMm, anatomy.vertebrae[5]!.centreMm];
  const l5 = anatomy.vertebrae[9]!.centreMm;
  // Planned along the line through L1 and L5, not quite true to it.
  const lean = (l1[0] - l5[0]) / (l1[2] - l5[2]);
  const column = unit([-lean + wobble * random.normal(0, 0.015), wobble * random.normal(0, 0.03), -1]);
  const turn = wobble * random.normal(0, 0.03);
  const raw: Point = [turn, 1, 0];
  const share = raw[0] * column[0] + raw[1] * column[1];
  const row = unit([raw[0] - share * column[0], raw[1] - share * column[1], -share * column[2]]);
  const centre: Point = [
    (l1[0] + l5[0]) / 2 + wobble * random.normal(0, 2.5),
    l3[1] - 12 + wobble * random.normal(0, 14),
    l3[2] - 12 + wobble * random.normal(0, 12),
  ];
  const count = random.integer(...ranges.sagittalSlices);
  return {
    sliceThicknessMm,
    spacingBetweenSlicesMm: spacingMm,
    planes: sliceStack(centre, row, column, count, spacingMm, fov, matrix),
  };
}
