import { join } from 'node:path';
import type { SidedPoints } from '../../domain/assessment.ts';
import type { Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { targetKey } from '../../domain/target.ts';
import {
  FORAMEN_ABOVE_MM,
  FORAMEN_ASIDE_MM,
  FORAMEN_IN_FRONT_MM,
} from '../../inference/foramina/place-likelihood.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { Slice, SlicePlane } from '../../volume/volume.ts';
import { inventedLevels, LEVEL_DISTANCE_MM } from './invented-levels.ts';
import { inventedSlice } from './invented-slice.ts';
import { readPicture } from './read-picture.ts';
import type { LabelledSlices, SliceSource } from './slice-source.ts';
import type { SagittalLabel } from './slice-table.ts';

/** Field of view of a sagittal lumbar image, median of those whose labels give a scale; for a study with one label. */
const FIELD_OF_VIEW_MM = 305;
/** Slices of one side lie so far apart: each is a plane of its own. */
const BETWEEN_SLICES_MM = 1;

/** One source a study, in the order of the table. */
export function sagittalSources(folder: string, labels: readonly SagittalLabel[]): readonly SliceSource[] {
  const studies = Map.groupBy(labels, ({ studyId }) => studyId);
  return Array.from(studies, ([studyId, own]) => ({
    studyId,
    open: () => opened(folder, own, pixelSizeMm(own)),
  }));
}

/** One source a picture and side, so that each finding is read from its one slice. */
export function sagittalPictures(folder: string, labels: readonly SagittalLabel[]): readonly SliceSource[] {
  const studies = Map.groupBy(labels, ({ studyId }) => studyId);
  return Array.from(studies, ([studyId, ofStudy]) => {
    const pixelMm = pixelSizeMm(ofStudy);
    const pictures = Map.groupBy(ofStudy, ({ file, side }) => `${side} ${file}`);
    return Array.from(pictures.values(), (own) => ({ studyId, open: () => opened(folder, own, pixelMm) }));
  }).flat();
}

async function opened(
  folder: string,
  labels: readonly SagittalLabel[],
  pixelMm: number,
): Promise<LabelledSlices> {
  const slices: Slice[] = [];
  const places: { readonly label: SagittalLabel; readonly pointMm: Point }[] = [];
  const pictures = Map.groupBy(labels, ({ file, side }) => `${side} ${file}`);
  for (const [index, [name, own]] of [...pictures].entries()) {
    const [{ file, side, rows, columns }] = own as [SagittalLabel, ...SagittalLabel[]];
    const picture = await readPicture(join(folder, file));
    const plane: SlicePlane = {
      originMm: [(side === 'left' ? 1 : -1) * (FORAMEN_ASIDE_MM + index * BETWEEN_SLICES_MM), 0, 0],
      rowDirection: [0, 1, 0],
      columnDirection: [0, 0, -1],
      // A picture stretched to a square has pixels that are none.
      rowSpacingMm: (pixelMm * rows) / picture.rows,
      columnSpacingMm: (pixelMm * columns) / picture.columns,
      rows: picture.rows,
      columns: picture.columns,
    };
    slices.push(inventedSlice(name, plane, picture.values));
    for (const label of own) {
      const column = ((label.column + 0.5) * picture.columns) / columns - 0.5;
      const row = ((label.row + 0.5) * picture.rows) / rows - 0.5;
      places.push({ label, pointMm: pixelToPatient(plane, column, row) });
    }
  }
  const levels = levelsOf(places);
  const grades = Object.fromEntries(
    labels.map(({ side, level, grade }): [string, Grade] => [
      targetKey({ condition: 'neural_foraminal_narrowing', side, level }),
      grade,
    ]),
  );
  return {
    volumes: { 'sagittal-t1': { role: 'sagittal-t1', frameOfReferenceUid: null, slices } },
    levels,
    grades,
  };
}

/** Of the original image: neighbouring foramina of a side lie 34 mm apart in the mean. */
function pixelSizeMm(labels: readonly SagittalLabel[]): number {
  const at = (side: string, level: Level) =>
    labels.find((label) => label.side === side && label.level === level);
  const distances = ['left', 'right'].flatMap((side) =>
    LEVELS.slice(1).flatMap((level, i) => {
      const [above, below] = [at(side, LEVELS[i]!), at(side, level)];
      return above && below ? [Math.hypot(below.column - above.column, below.row - above.row)] : [];
    }),
  );
  const { rows, columns } = labels[0]!;
  const mean = distances.reduce((sum, each) => sum + each, 0) / distances.length;
  return mean > 0 ? LEVEL_DISTANCE_MM / mean : FIELD_OF_VIEW_MM / Math.max(rows, columns);
}

function levelsOf(places: readonly { readonly label: SagittalLabel; readonly pointMm: Point }[]) {
  const canals = new Map<Level, Point>();
  const foramina = new Map<Level, SidedPoints>();
  for (const [level, own] of Map.groupBy(places, ({ label }) => label.level)) {
    const mean = (axis: 1 | 2) => own.reduce((sum, { pointMm }) => sum + pointMm[axis], 0) / own.length;
    canals.set(level, [0, mean(1) + FORAMEN_IN_FRONT_MM[level], mean(2) - FORAMEN_ABOVE_MM]);
    foramina.set(level, Object.fromEntries(own.map(({ label, pointMm }) => [label.side, pointMm])));
  }
  return inventedLevels(canals, foramina);
}
