import type { Finding } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import { targetKey } from '../../domain/target.ts';
import type { GradedRow, GradeIndex, Posteriors } from './graded-row.ts';
import type { ReferenceGrades } from './grades-table.ts';

/** The findings that have a reference grade. */
export function gradedRows(findings: readonly Finding[], grades: ReferenceGrades): readonly GradedRow[] {
  return findings.flatMap(({ condition, side, level, probabilities, uncertain }): GradedRow[] => {
    const grade = grades[targetKey({ condition, side, level })];
    if (grade === undefined) return [];
    const [normalMild, moderate, severe] = GRADES.map((g) => probabilities[g]) as [number, number, number];
    const posteriors: Posteriors = [normalMild, moderate, severe];
    const truth = GRADES.indexOf(grade) as GradeIndex;
    return [{ condition, side, level, truth, posteriors, ...(uncertain && { uncertain: true }) }];
  });
}
