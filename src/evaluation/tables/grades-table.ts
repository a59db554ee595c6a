import { GRADES, type Grade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { LEVEL_TARGETS, targetKey } from '../../domain/target.ts';
import { readCsv } from './csv/read-csv.ts';
import { writeCsv } from './csv/write-csv.ts';

/** One study's reference grades by target key; a target that was not graded is absent. */
export type ReferenceGrades = Readonly<Record<string, Grade>>;

const STUDY = 'study_id';
/** The challenge's order: one condition and side after the other, cranial level first. */
const COLUMNS = LEVEL_TARGETS.flatMap((target) => LEVELS.map((level) => targetKey({ ...target, level })));

/**
 * Reads the challenge's train.csv: study_id and a column a target, a grade or nothing in each cell.
 * @returns study_id → grades.
 * @throws CsvError naming line and column: a missing column, an unknown grade, a study that is there twice.
 */
export function readGrades(text: string, file: string): ReadonlyMap<string, ReferenceGrades> {
  const studies = new Map<string, ReferenceGrades>();
  for (const row of readCsv(text, file, [STUDY, ...COLUMNS]).rows) {
    const studyId = row.cell(STUDY);
    if (studyId === '') throw row.error(STUDY, 'is empty');
    if (studies.has(studyId)) throw row.error(STUDY, `study ${studyId} is there twice`);
    const grades: Record<string, Grade> = {};
    for (const column of COLUMNS) {
      const text = row.cell(column);
      if (text === '') continue;
      const grade = GRADES.find((known) => known === text);
      if (grade === undefined) throw row.error(column, `"${text}" is none of ${GRADES.join(', ')}`);
      grades[column] = grade;
    }
    studies.set(studyId, grades);
  }
  return studies;
}

/** The inverse of readGrades. */
export function writeGrades(studies: Iterable<readonly [studyId: string, ReferenceGrades]>): string {
  const rows = Array.from(studies, ([studyId, grades]) => [
    studyId,
    ...COLUMNS.map((column) => grades[column] ?? ''),
  ]);
  return writeCsv([STUDY, ...COLUMNS], rows);
}

/** The submission's name for a target of a study. */
export function rowId(studyId: string, key: string): string {
  return `${studyId}_${key}`;
}
