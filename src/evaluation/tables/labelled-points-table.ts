import type { Condition, Side, Target } from '../../domain/target.ts';
import { readCsv } from './csv/read-csv.ts';
import { finiteCell, levelCell } from './csv/table-cells.ts';
import { writeCsv } from './csv/write-csv.ts';

/** A labelled point on an image, as the challenge gives it. */
export interface LabelledPoint extends Target {
  readonly studyId: string;
  readonly seriesId: string;
  readonly instanceNumber: number;
  /** Pixels from the centre of the first pixel. */
  readonly column: number;
  readonly row: number;
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
      instanceNumber: finiteCell(row, 'instance_number'),
      condition: marked[1],
      side: marked[2],
      level: levelCell(row),
      column: finiteCell(row, 'x'),
      row: finiteCell(row, 'y'),
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
