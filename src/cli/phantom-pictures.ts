import { GRADES, type Grade } from '../domain/grade.ts';
import type { Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { TARGETS, targetKey } from '../domain/target.ts';
import { type PhantomStudy, phantomStudy } from '../phantom/phantom-study.ts';
import { greyPng } from '../pixels/grey-png.ts';
import { patientToPixel } from '../volume/plane-geometry.ts';

/** Pixels a tile is wide, and the gap between tiles. */
const TILE = 240;
const GAP = 4;
/** Shares of a tile's pixels below black and above white. */
const CLIPPED = [0.01, 0.995] as const;

interface Tile {
  readonly values: Float32Array;
}

/** What lies within `sizeMm` around a patient point on the slice nearest to it, in shades 0 … 1. */
function tile(study: PhantomStudy, role: SeriesRole, at: Point, sizeMm: number): Tile {
  const { slices } = study.volumes[role]!;
  const distance = (slice: (typeof slices)[number]) => Math.abs(patientToPixel(slice.plane, at).distanceMm);
  const { plane, rendered } = slices.reduce((best, slice) =>
    distance(slice) < distance(best) ? slice : best,
  );
  const middle = patientToPixel(plane, at);
  const values = new Float32Array(TILE * TILE);
  const step = sizeMm / TILE;
  for (let row = 0, i = 0; row < TILE; row++) {
    const y = middle.row + ((row - TILE / 2) * step) / plane.rowSpacingMm;
    for (let column = 0; column < TILE; column++, i++) {
      const x = middle.column + ((column - TILE / 2) * step) / plane.columnSpacingMm;
      values[i] = interpolated(rendered, plane.columns, plane.rows, x, y);
    }
  }
  const sorted = values.slice().sort();
  const [black, white] = CLIPPED.map((share) => sorted[Math.floor(share * (sorted.length - 1))]!) as [
    number,
    number,
  ];
  return { values: values.map((value) => (value - black) / Math.max(1e-6, white - black)) };
}

/** Bilinear; 0 outside the image. */
function interpolated(image: Float32Array, columns: number, rows: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left >= columns - 1 || top >= rows - 1) return 0;
  const [fx, fy] = [x - left, y - top];
  const at = top * columns + left;
  const upper = image[at]! * (1 - fx) + image[at + 1]! * fx;
  const lower = image[at + columns]! * (1 - fx) + image[at + columns + 1]! * fx;
  return upper * (1 - fy) + lower * fy;
}

function sheet(rows: readonly (readonly Tile[])[]): Uint8Array {
  const width = rows[0]!.length * (TILE + GAP) - GAP;
  const height = rows.length * (TILE + GAP) - GAP;
  const values = new Float32Array(width * height).fill(1);
  rows.forEach((tiles, r) => {
    tiles.forEach((tile, c) => {
      for (let row = 0; row < TILE; row++) {
        const line = tile.values.subarray(row * TILE, (row + 1) * TILE);
        values.set(line, (r * (TILE + GAP) + row) * width + c * (TILE + GAP));
      }
    });
  });
  return greyPng(values, width, height);
}

/** Patients below one another: sagittal T2, sagittal T1 in the midline and through the left foramina, axial T2 twice. */
export function patientsPicture(seeds: readonly number[]): Uint8Array {
  return sheet(
    seeds.map((seed) => {
      const study = phantomStudy(seed, { family: 'validation', stir: false });
      const l3 = study.truth.levels[2]!.discMm;
      const [l4l5, middle] = [study.truth.levels[3]!.canalMm, study.anatomy.vertebrae[8]!];
      const foramen = study.truth.sidePoints.find((p) => p.side === 'left' && p.level === 'L3/L4')!.foramenMm;
      const pedicle: Point = [l4l5[0], l4l5[1], middle.centreMm[2] + 6];
      return [
        tile(study, 'sagittal-t2', l3, 230),
        tile(study, 'sagittal-t1', l3, 230),
        tile(study, 'sagittal-t1', foramen, 190),
        tile(study, 'axial-t2', l4l5, 170),
        tile(study, 'axial-t2', pedicle, 170),
      ];
    }),
  );
}

/**
 * One patient's L4/L5, Normal/Mild but for one place, which is Normal/Mild, Moderate, Severe: the canal in two views, the
 * left foramen, the left lateral recess.
 */
export function gradesPicture(seed: number): Uint8Array {
  const normal = Object.fromEntries(TARGETS.map((target) => [targetKey(target), 'Normal/Mild' as Grade]));
  const made = (key: string, grade: Grade) =>
    phantomStudy(seed, { stir: false, grades: { ...normal, [key]: grade } });
  const { levels, sidePoints } = phantomStudy(seed, { grades: normal }).truth;
  const canal = levels[3]!.canalMm;
  const { foramenMm, recessMm } = sidePoints.find((p) => p.side === 'left' && p.level === 'L4/L5')!;
  const row = (condition: string, role: SeriesRole, at: Point, sizeMm: number) =>
    GRADES.map((grade) => tile(made(`${condition}_l4_l5`, grade), role, at, sizeMm));
  return sheet([
    row('spinal_canal_stenosis', 'sagittal-t2', canal, 90),
    row('spinal_canal_stenosis', 'axial-t2', canal, 60),
    row('left_neural_foraminal_narrowing', 'sagittal-t1', foramenMm, 60),
    row('left_subarticular_stenosis', 'axial-t2', recessMm, 60),
  ]);
}
