import { CsvError } from './csv-error.ts';

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The records of comma-separated text with the lines they start on; empty lines are left out. @throws CsvError when
 * a quote is out of place or not closed.
 */
export function splitRecords(text: string, file: string): CsvRecord[] {
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
