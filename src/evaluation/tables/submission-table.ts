import { readCsv } from './csv/read-csv.ts';
import { writeCsv } from './csv/write-csv.ts';
import type { Posteriors } from './graded-row.ts';

export const ROW = 'row_id';
/** In GRADES order. */
const GRADE_COLUMNS = ['normal_mild', 'moderate', 'severe'] as const;

/**
 * Reads a submission: row_id (`{study}_{condition}_{level}`) and three probabilities a row.
 * @returns row_id → probabilities as they stand, not normalised.
 * @throws CsvError naming line and column: no number, negative or all 0, a row that is there twice.
 */
export function readSubmission(text: string, file: string): ReadonlyMap<string, Posteriors> {
  const predictions = new Map<string, Posteriors>();
  for (const row of readCsv(text, file, [ROW, ...GRADE_COLUMNS]).rows) {
    const id = row.cell(ROW);
    if (predictions.has(id)) throw row.error(ROW, `${id} is there twice`);
    const value = (column: string) => {
      const cell = row.cell(column);
      const number = Number(cell);
      if (cell === '' || !Number.isFinite(number)) throw row.error(column, `"${cell}" is not a number`);
      if (number < 0) throw row.error(column, `${cell} is negative`);
      return number;
    };
    const posteriors: Posteriors = [value('normal_mild'), value('moderate'), value('severe')];
    if (posteriors.every((probability) => probability === 0)) throw row.error(null, 'all three are 0');
    predictions.set(id, posteriors);
  }
  return predictions;
}

/** The inverse of readSubmission. */
export function writeSubmission(rows: Iterable<readonly [rowId: string, Posteriors]>): string {
  return writeCsv(
    [ROW, ...GRADE_COLUMNS],
    Array.from(rows, ([id, posteriors]) => [id, ...posteriors]),
  );
}
