import { GRADES } from '../../domain/grade.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { CsvError, readCsv, writeCsv } from './csv-table.ts';
import type { GradedRow, GradedStudyRows, GradeIndex, Posteriors } from './graded-row.ts';
import { type ReferenceGrades, rowId } from './grades-table.ts';

const ROW = 'row_id';
/** In GRADES order. */
const GRADE_COLUMNS = ['normal_mild', 'moderate', 'severe'] as const;
/** Missing rows named in an error before the rest is counted. */
const NAMED = 3;

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

/**
 * Puts each labelled target beside its prediction, by row_id; targets without a label and predictions without a
 * labelled target are left out.
 * @throws CsvError naming labelled rows that the submission lacks.
 */
export function alignSubmission(
  labels: ReadonlyMap<string, ReferenceGrades>,
  predictions: ReadonlyMap<string, Posteriors>,
  submissionFile: string,
): readonly GradedStudyRows[] {
  const missing: string[] = [];
  const studies = Array.from(labels, ([studyId, grades]): GradedStudyRows => {
    const rows = TARGETS.flatMap((target): GradedRow[] => {
      const grade = grades[targetKey(target)];
      if (grade === undefined) return [];
      const id = rowId(studyId, targetKey(target));
      const posteriors = predictions.get(id);
      if (posteriors === undefined) missing.push(id);
      return posteriors === undefined
        ? []
        : [{ ...target, truth: GRADES.indexOf(grade) as GradeIndex, posteriors }];
    });
    return { studyId, rows };
  });
  if (missing.length > 0) {
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
    throw new CsvError(
      submissionFile,
      null,
      ROW,
      `lacks ${missing.slice(0, NAMED).join(', ')}${more}, which the labels grade`,
    );
  }
  return studies;
}

/** The inverse of readSubmission. */
export function writeSubmission(rows: Iterable<readonly [rowId: string, Posteriors]>): string {
  return writeCsv(
    [ROW, ...GRADE_COLUMNS],
    Array.from(rows, ([id, posteriors]) => [id, ...posteriors]),
  );
}
