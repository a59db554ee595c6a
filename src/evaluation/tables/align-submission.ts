import { GRADES } from '../../domain/grade.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { CsvError } from './csv/csv-error.ts';
import type { GradedRow, GradedStudyRows, GradeIndex, Posteriors } from './graded-row.ts';
import { type ReferenceGrades, rowId } from './grades-table.ts';
import { ROW } from './submission-table.ts';

/** Missing rows named in an error before the rest is counted. */
const NAMED = 3;

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
