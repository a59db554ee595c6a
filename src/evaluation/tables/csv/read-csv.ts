import { CsvError } from './csv-error.ts';
import { splitRecords } from './csv-records.ts';

export interface CsvRow {
  /** 1-based line of the file on which the row starts. */
  readonly line: number;
  /** The cell under a column's heading, without surrounding blanks. */
  readonly cell: (column: string) => string;
  /** A CsvError that names this row. */
  readonly error: (column: string | null, problem: string) => CsvError;
}

export interface CsvTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * Reads comma-separated text with a heading line (RFC 4180: quoted cells may hold commas, quotes and line ends).
 * A byte order mark and empty lines are passed over; columns beyond those required may be there, in any order.
 * @param file named in errors.
 * @throws CsvError when a required column is missing, a column is there twice, a quote is not closed, or a row has
 *   more or fewer cells than the heading.
 */
export function readCsv(text: string, file: string, required: readonly string[]): CsvTable {
  const [heading, ...records] = splitRecords(text.replace(/^\uFEFF/, ''), file);
  if (heading === undefined) throw new CsvError(file, null, null, 'is empty');
  const columns = heading.cells;
  for (const column of required) {
    if (!columns.includes(column)) throw new CsvError(file, heading.line, column, 'is missing');
  }
  const places = new Map<string, number>();
  for (const [place, column] of columns.entries()) {
    if (places.has(column)) throw new CsvError(file, heading.line, column, 'is there twice');
    places.set(column, place);
  }
  const rows = records.map(({ line, cells }): CsvRow => {
    const error = (column: string | null, problem: string) => new CsvError(file, line, column, problem);
    if (cells.length !== columns.length) {
      throw error(null, `${cells.length} cells where the heading has ${columns.length}`);
    }
    return { line, error, cell: (column) => cells[places.get(column)!]! };
  });
  return { file, columns, rows };
}
