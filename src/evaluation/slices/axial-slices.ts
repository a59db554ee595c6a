import { join } from 'node:path';
import type { Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { quantile } from '../../domain/quantile.ts';
import { targetKey } from '../../domain/target.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { Slice, SlicePlane } from '../../volume/volume.ts';
import { inventedLevels, LEVEL_DISTANCE_MM } from './invented-levels.ts';
import { inventedSlice } from './invented-slice.ts';
import { type Picture, readPicture } from './read-picture.ts';
import { type LabelledSlices, SliceError, type SliceSource } from './slice-source.ts';
import type { AxialLabel } from './slice-table.ts';

/** Slices of one picture: the one above, the labelled one, the one below, or the other way round. */
const SLICES = 3;
/** Twice the mean distance of a lateral recess from the middle, as labelled on 40 of four complete studies. */
const BETWEEN_RECESSES_MM = 16.6;
/** What part of a crop's width that is, in the median of 584 series; for crops with fewer than two places marked. */
const BETWEEN_RECESSES_OF_WIDTH = 0.292;
/** The canal's middle lies so far behind the line between the recesses. */
const CANAL_BEHIND_MM = 3;
const BETWEEN_SLICES_MM = 4.4;

/** One source a series, in the order of the table: its crops share a pixel spacing. */
export function axialSources(folder: string, labels: readonly AxialLabel[]): readonly SliceSource[] {
  // Of a level with two crops in a series, each is read in a source of its own.
  const turns = new Map<string, number>();
  const series = Map.groupBy(labels, ({ studyId, seriesId, level }) => {
    const crop = `${studyId} ${seriesId} ${level}`;
    const turn = turns.get(crop) ?? 0;
    turns.set(crop, turn + 1);
    return `${studyId} ${seriesId} ${turn}`;
  });
  return Array.from(series.values(), (own) => ({
    studyId: own[0]!.studyId,
    open: () => openSeries(folder, own),
  }));
}

async function openSeries(folder: string, labels: readonly AxialLabel[]): Promise<LabelledSlices> {
  const pictures = await Promise.all(labels.map(({ file }) => readPicture(join(folder, file))));
  const pixelMm = pixelSizeMm(labels, pictures);
  const slices: Slice[] = [];
  const canals = new Map<Level, Point>();
  for (const [i, label] of labels.entries()) {
    const picture = pictures[i]!;
    if (picture.columns % SLICES !== 0) {
      const problem = `${picture.columns} columns are not those of ${SLICES} slices side by side`;
      throw new SliceError(`${join(folder, label.file)}: ${problem}`);
    }
    const canalMm: Point = [0, 0, -LEVELS.indexOf(label.level) * LEVEL_DISTANCE_MM];
    canals.set(label.level, canalMm);
    slices.push(...slicesOf(label, picture, canalMm, pixelMm));
  }
  return {
    volumes: { 'axial-t2': { role: 'axial-t2', frameOfReferenceUid: null, slices } },
    levels: inventedLevels(canals, new Map()),
    grades: Object.fromEntries(labels.flatMap(gradesOf)),
  };
}

/** The slices of a picture, so placed that the canal's middle is at `canalMm`. */
function slicesOf(label: AxialLabel, picture: Picture, canalMm: Point, pixelMm: number): Slice[] {
  const { rows, columns: all, values } = picture;
  const columns = all / SLICES;
  const { leftAt, rightAt } = label;
  const middle = leftAt && rightAt ? [(leftAt[0] + rightAt[0]) / 2, (leftAt[1] + rightAt[1]) / 2] : null;
  const [column, row] = middle ?? [(columns - 1) / 2, (rows - 1) / 2];
  return Array.from({ length: SLICES }, (_, k) => {
    const shape = {
      // The patient's left is on the right of the picture.
      rowDirection: [1, 0, 0] as Point,
      columnDirection: [0, 1, 0] as Point,
      rowSpacingMm: pixelMm,
      columnSpacingMm: pixelMm,
      rows,
      columns,
    };
    const [x, y] = pixelToPatient({ ...shape, originMm: [0, 0, 0] }, column!, row!);
    const above = ((SLICES - 1) / 2 - k) * BETWEEN_SLICES_MM;
    const plane: SlicePlane = { ...shape, originMm: [-x, -y - CANAL_BEHIND_MM, canalMm[2] + above] };
    const own = new Float32Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      own.set(values.subarray(r * all + k * columns, r * all + (k + 1) * columns), r * columns);
    }
    return inventedSlice(`${label.file} ${k}`, plane, own);
  });
}

function gradesOf({ level, canal, left, right }: AxialLabel): [string, Grade][] {
  const known = [
    [{ condition: 'spinal_canal_stenosis', side: null, level }, canal],
    [{ condition: 'subarticular_stenosis', side: 'left', level }, left],
    [{ condition: 'subarticular_stenosis', side: 'right', level }, right],
  ] as const;
  return known.flatMap(([target, grade]) => (grade === null ? [] : [[targetKey(target), grade]]));
}

/** By the median distance between the recesses, as they are marked on the series' crops. */
function pixelSizeMm(labels: readonly AxialLabel[], pictures: readonly Picture[]): number {
  const distances = labels.flatMap(({ leftAt, rightAt }) =>
    leftAt && rightAt && leftAt[0] > rightAt[0] ? [leftAt[0] - rightAt[0]] : [],
  );
  const widths = pictures.map(({ columns }) => (columns / SLICES) * BETWEEN_RECESSES_OF_WIDTH);
  return BETWEEN_RECESSES_MM / quantile(distances.length > 1 ? distances : widths, 0.5);
}
