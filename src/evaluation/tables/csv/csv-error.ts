/** A CSV file that cannot be used: where, and what is wrong. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  /** @param line 1-based line of the file; null for the file as a whole. */
  constructor(file: string, line: number | null, column: string | null, problem: string) {
    const where = [file, line === null ? [] : `line ${line}`, column === null ? [] : `column ${column}`];
    super(`${where.flat().join(', ')}: ${problem}`);
  }
}
