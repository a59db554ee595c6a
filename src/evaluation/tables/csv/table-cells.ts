import { LEVELS, type Level } from '../../../domain/level.ts';
import type { CsvRow } from './read-csv.ts';

/** The cell `level`. @throws CsvError when it names no graded level. */
export function levelCell(row: CsvRow): Level {
  const found = LEVELS.find((known) => known === row.cell('level'));
  if (found === undefined) throw row.error('level', `"${row.cell('level')}" is none of ${LEVELS.join(', ')}`);
  return found;
}

/** A cell as a number. @throws CsvError when it is none. */
export function finiteCell(row: CsvRow, column: string): number {
  const value = Number(row.cell(column));
  if (row.cell(column) === '' || !Number.isFinite(value)) {
    throw row.error(column, `"${row.cell(column)}" is not a number`);
  }
  return value;
}
