import { LEVELS, type Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import type { Condition, Side, Target } from '../../domain/target.ts';
import { type CsvRow, readCsv, writeCsv } from './csv-table.ts';

/** A labelled point on an image, as the challenge gives it. */
export interface LabelledPoint extends Target {
  readonly studyId: string;
  readonly seriesId: string;
  readonly instanceNumber: number;
  /** Pixels from the centre of the first pixel. */
  readonly column: number;
  readonly row: number;
}

/** A disc's centre in the patient: what the challenge does not have and a phantom knows. */
export interface DiscCentre {
  readonly studyId: string;
  readonly level: Level;
  readonly discMm: Point;
}

/** The challenge's words for what a point marks. */
const MARKED: readonly (readonly [words: string, condition: Condition, side: Side])[] = [
  ['Spinal Canal Stenosis', 'spinal_canal_stenosis', null],
  ['Left Neural Foraminal Narrowing', 'neural_foraminal_narrowing', 'left'],
  ['Right Neural Foraminal Narrowing', 'neural_foraminal_narrowing', 'right'],
  ['Left Subarticular Stenosis', 'subarticular_stenosis', 'left'],
  ['Right Subarticular Stenosis', 'subarticular_stenosis', 'right'],
];

const POINT_COLUMNS = ['study_id', 'series_id', 'instance_number', 'condition', 'level', 'x', 'y'] as const;
const DISC_COLUMNS = ['study_id', 'level', 'x_mm', 'y_mm', 'z_mm'] as const;

/**
 * Reads train_label_coordinates.csv.
 * @throws CsvError naming line and column.
 */
export function readLabelledPoints(text: string, file: string): readonly LabelledPoint[] {
  return readCsv(text, file, POINT_COLUMNS).rows.map((row) => {
    const words = row.cell('condition');
    const marked = MARKED.find(([known]) => known === words);
    if (marked === undefined) throw row.error('condition', `"${words}" is not one of the challenge's`);
    return {
      studyId: row.cell('study_id'),
      seriesId: row.cell('series_id'),
      instanceNumber: finite(row, 'instance_number'),
      condition: marked[1],
      side: marked[2],
      level: level(row),
      column: finite(row, 'x'),
      row: finite(row, 'y'),
    };
  });
}

/** The inverse of readLabelledPoints. */
export function writeLabelledPoints(points: readonly LabelledPoint[]): string {
  const words = ({ condition, side }: LabelledPoint) =>
    MARKED.find((marked) => marked[1] === condition && marked[2] === side)![0];
  const rows = points.map((point) => {
    const { studyId, seriesId, instanceNumber, column, row } = point;
    return [studyId, seriesId, instanceNumber, words(point), point.level, column, row];
  });
  return writeCsv(POINT_COLUMNS, rows);
}

/**
 * Reads disc_coordinates.csv: study_id, level, and the disc's centre in patient space (LPS, mm).
 * @throws CsvError naming line and column.
 */
export function readDiscCentres(text: string, file: string): readonly DiscCentre[] {
  return readCsv(text, file, DISC_COLUMNS).rows.map((row) => ({
    studyId: row.cell('study_id'),
    level: level(row),
    discMm: [finite(row, 'x_mm'), finite(row, 'y_mm'), finite(row, 'z_mm')],
  }));
}

/** The inverse of readDiscCentres. */
export function writeDiscCentres(discs: readonly DiscCentre[]): string {
  return writeCsv(
    DISC_COLUMNS,
    discs.map((disc) => [disc.studyId, disc.level, ...disc.discMm]),
  );
}

function level(row: CsvRow): Level {
  const found = LEVELS.find((known) => known === row.cell('level'));
  if (found === undefined) throw row.error('level', `"${row.cell('level')}" is none of ${LEVELS.join(', ')}`);
  return found;
}

function finite(row: CsvRow, column: string): number {
  const value = Number(row.cell(column));
  if (row.cell(column) === '' || !Number.isFinite(value)) {
    throw row.error(column, `"${row.cell(column)}" is not a number`);
  }
  return value;
}
