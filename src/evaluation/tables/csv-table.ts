/** A CSV file that cannot be used: where, and what is wrong. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  /** @param line 1-based line of the file; null for the file as a whole. */
  constructor(file: string, line: number | null, column: string | null, problem: string) {
    const where = [file, line === null ? [] : `line ${line}`, column === null ? [] : `column ${column}`];
    super(`${where.flat().join(', ')}: ${problem}`);
  }
}

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

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function splitRecords(text: string, file: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  // One cell and what ends it; a quoted cell doubles the quotes it holds.
  const cellPattern = /(?:"((?:[^"]|"")*)"[ \t]*|([^",\r\n]*))(,|\r?\n|$)/y;
  let line = 1;
  let start = 1;
  let cells: string[] = [];
  while (cellPattern.lastIndex < text.length) {
    const match = cellPattern.exec(text);
    if (match === null) throw new CsvError(file, line, null, 'a quote is out of place or not closed');
    const [whole, quoted, plain, end] = match;
    cells.push((quoted?.replaceAll('""', '"') ?? plain!).trim());
    line += whole.split('\n').length - 1;
    if (end === ',' && cellPattern.lastIndex < text.length) continue;
    // A comma at the very end of the text is followed by one more, empty cell.
    if (end === ',') cells.push('');
    if (cells.length > 1 || cells[0] !== '') records.push({ line: start, cells });
    cells = [];
    start = line;
  }
  return records;
}

/** Comma-separated text with a heading line; cells are quoted where they must be. */
export function writeCsv(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cell = (value: string | number) =>
    /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}
