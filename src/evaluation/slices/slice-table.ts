import type { Grade } from '../../domain/grade.ts';
import { GRADES } from '../../domain/grade.ts';
import type { Level } from '../../domain/level.ts';
import { type CsvRow, readCsv } from '../tables/csv/read-csv.ts';
import { finiteCell, levelCell } from '../tables/csv/table-cells.ts';

/** A neural foramen labelled on a sagittal T1 slice. */
export interface SagittalLabel {
  readonly file: string;
  readonly studyId: string;
  readonly side: 'left' | 'right';
  readonly level: Level;
  readonly grade: Grade;
  /** Place and size in pixels of the original image, which are square; the picture may be another size. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** Canal and recesses labelled on three neighbouring axial T2 slices, which lie side by side in one picture. */
export interface AxialLabel {
  readonly file: string;
  readonly studyId: string;
  readonly seriesId: string;
  readonly level: Level;
  /** Null where nobody graded. */
  readonly canal: Grade | null;
  readonly left: Grade | null;
  readonly right: Grade | null;
  /** Of the lateral recesses in pixels of one slice's part of the picture; null where nobody marked it. */
  readonly leftAt: readonly [column: number, row: number] | null;
  readonly rightAt: readonly [column: number, row: number] | null;
}

export type SliceTable =
  | { readonly kind: 'sagittal-t1'; readonly labels: readonly SagittalLabel[] }
  | { readonly kind: 'axial-t2'; readonly labels: readonly AxialLabel[] };

const COMMON = ['file', 'study_id', 'series_id', 'level'];
const SAGITTAL = [...COMMON, 'condition', 'grade', 'x', 'y', 'height', 'width'];
const AXIAL = [
  ...[...COMMON, 'left_subarticular', 'left_x', 'left_y'],
  ...['right_subarticular', 'right_x', 'right_y', 'spinal_canal'],
];
const FORAMEN = /^(Left|Right) Neural Foraminal Narrowing$/;

/**
 * Reads a table of labelled slices, foramina on sagittal T1 or recesses and canal on axial T2: which, its columns tell.
 * @throws CsvError naming line and column.
 */
export function readSliceTable(text: string, file: string): SliceTable {
  const { columns } = readCsv(text, file, COMMON);
  if (columns.includes('condition')) {
    return { kind: 'sagittal-t1', labels: readCsv(text, file, SAGITTAL).rows.map(sagittalLabel) };
  }
  return { kind: 'axial-t2', labels: readCsv(text, file, AXIAL).rows.map(axialLabel) };
}

function sagittalLabel(row: CsvRow): SagittalLabel {
  const side = FORAMEN.exec(row.cell('condition'))?.[1];
  if (side === undefined) {
    throw row.error(
      'condition',
      `"${row.cell('condition')}" is not Left or Right Neural Foraminal Narrowing`,
    );
  }
  const grade = gradeCell(row, 'grade');
  if (grade === null) throw row.error('grade', 'is empty');
  return {
    ...named(row),
    side: side === 'Left' ? 'left' : 'right',
    grade,
    column: finiteCell(row, 'x'),
    row: finiteCell(row, 'y'),
    columns: positiveCell(row, 'width'),
    rows: positiveCell(row, 'height'),
  };
}

function axialLabel(row: CsvRow): AxialLabel {
  const place = (side: string) =>
    row.cell(`${side}_x`) === ''
      ? null
      : ([finiteCell(row, `${side}_x`), finiteCell(row, `${side}_y`)] as const);
  return {
    ...named(row),
    canal: gradeCell(row, 'spinal_canal'),
    left: gradeCell(row, 'left_subarticular'),
    right: gradeCell(row, 'right_subarticular'),
    leftAt: place('left'),
    rightAt: place('right'),
  };
}

function named(row: CsvRow) {
  const [file, studyId, seriesId] = [row.cell('file'), row.cell('study_id'), row.cell('series_id')];
  if (file === '') throw row.error('file', 'is empty');
  if (studyId === '') throw row.error('study_id', 'is empty');
  return { file, studyId, seriesId, level: levelCell(row) };
}

function positiveCell(row: CsvRow, column: string): number {
  const value = finiteCell(row, column);
  if (value <= 0) throw row.error(column, `${value} is not above 0`);
  return value;
}

function gradeCell(row: CsvRow, column: string): Grade | null {
  const text = row.cell(column);
  if (text === '') return null;
  const grade = GRADES.find((known) => known === text);
  if (grade === undefined) throw row.error(column, `"${text}" is none of ${GRADES.join(', ')}`);
  return grade;
}
