import { along, cross, type Point, unit } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import { type Anatomy, FIRST_LUMBAR_DISC, FIRST_SACRAL } from '../anatomy/anatomy.ts';
import { patientPoint } from '../anatomy/spine-locator.ts';
import type { Random } from '../random.ts';

/**
 * 'train', 'validation' and 'held-out' share no matrix and no slice thickness; 'demo' is one ordinary fixed protocol of
 * 80 images.
 */
export const PROTOCOL_FAMILIES = ['demo', 'train', 'validation', 'held-out'] as const;
export type ProtocolFamily = (typeof PROTOCOL_FAMILIES)[number];

export interface SeriesGeometry {
  readonly sliceThicknessMm: number;
  readonly spacingBetweenSlicesMm: number;
  /** Stack by stack from caudal to cranial, within a stack along its normal. */
  readonly planes: readonly SlicePlane[];
}

interface Ranges {
  readonly matrices: readonly number[];
  readonly thicknessesMm: readonly number[];
  readonly gapMm: readonly [number, number];
  readonly sagittalSlices: readonly [number, number];
  readonly sagittalFovMm: readonly [number, number];
  readonly axialFovMm: readonly [number, number];
}

const RANGES: Readonly<Record<ProtocolFamily, Ranges>> = {
  train: {
    matrices: [256, 288, 320, 384, 448, 512],
    thicknessesMm: [3.5, 4, 5],
    gapMm: [0.3, 1],
    sagittalSlices: [11, 19],
    sagittalFovMm: [230, 320],
    axialFovMm: [160, 230],
  },
  validation: {
    matrices: [272, 336, 400, 464],
    thicknessesMm: [3.6, 4.2, 4.6],
    gapMm: [0.3, 1],
    sagittalSlices: [11, 19],
    sagittalFovMm: [230, 330],
    axialFovMm: [165, 235],
  },
  'held-out': {
    matrices: [304, 352, 416, 480],
    thicknessesMm: [3.8, 4.4, 4.8],
    gapMm: [0.25, 1.1],
    sagittalSlices: [12, 18],
    sagittalFovMm: [240, 340],
    axialFovMm: [170, 240],
  },
  demo: {
    matrices: [320],
    thicknessesMm: [4],
    gapMm: [0.4, 0.4],
    sagittalSlices: [18, 18],
    sagittalFovMm: [280, 280],
    axialFovMm: [190, 190],
  },
};

/** Slices perpendicular to row × column, `spacingMm` apart, their middles centred on `centre`. */
function stack(
  centre: Point,
  row: Point,
  column: Point,
  count: number,
  spacingMm: number,
  fovMm: number,
  matrix: number,
): SlicePlane[] {
  const normal = cross(row, column);
  const pixel = fovMm / matrix;
  const half = (fovMm - pixel) / 2;
  return Array.from({ length: count }, (_, slice) => {
    const along = (slice - (count - 1) / 2) * spacingMm;
    const at = (i: 0 | 1 | 2) => centre[i] + along * normal[i] - half * (row[i] + column[i]);
    return {
      originMm: [at(0), at(1), at(2)] as const,
      rowDirection: row,
      columnDirection: column,
      rowSpacingMm: pixel,
      columnSpacingMm: pixel,
      rows: matrix,
      columns: matrix,
    };
  });
}

/** A field of view whose pixels are 0.42 … 0.92 mm at this matrix. */
function fieldOfView(random: Random, [low, high]: readonly [number, number], matrix: number): number {
  return Math.min(0.92 * matrix, Math.max(0.42 * matrix, random.uniform(low, high)));
}

function sagittal(anatomy: Anatomy, random: Random, ranges: Ranges, wobble: number): SeriesGeometry {
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
    planes: stack(centre, row, column, count, spacingMm, fov, matrix),
  };
}

/** Row and column directions of a slice that holds the patient's left-right axis and the given posterior direction. */
function obliqueAxes(posterior: Point, roll: number): [Point, Point] {
  const column = unit(posterior);
  const raw: Point = [1, roll, 0];
  const share = raw[0] * column[0] + raw[1] * column[1];
  const row = unit([raw[0] - share * column[0], raw[1] - share * column[1], -share * column[2]]);
  return [row, unit(cross(cross(row, column), row))];
}

function axial(
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
    return { ...common, planes: stack(middle, row, column, count, spacingMm, fov, matrix) };
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
    planes.push(...stack(centred(disc), row, column, count, spacingMm, fov, matrix));
  }
  return { ...common, planes };
}

/** Draws the planes of all three series for one patient. */
export function drawProtocol(
  anatomy: Anatomy,
  family: ProtocolFamily,
  random: Random,
): Record<SeriesRole, SeriesGeometry> {
  const ranges = RANGES[family];
  const wobble = family === 'demo' ? 0.4 : 1;
  return {
    'sagittal-t1': sagittal(anatomy, random, ranges, wobble),
    'sagittal-t2': sagittal(anatomy, random, ranges, wobble),
    'axial-t2': axial(anatomy, random, ranges, wobble, family === 'demo' || random.chance(0.45)),
  };
}
