import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TruePlace } from '../sources/labelled-study.ts';
import { readCsv } from './csv/read-csv.ts';
import { readDiscCentres } from './disc-centres-table.ts';
import { type ReferenceGrades, readGrades } from './grades-table.ts';
import { type LabelledPoint, readLabelledPoints } from './labelled-points-table.ts';

/** The challenge's tables; all but the grades may be missing. */
interface Tables {
  readonly grades: ReadonlyMap<string, ReferenceGrades>;
  readonly canalPoints: ReadonlyMap<string, readonly LabelledPoint[]>;
  readonly discs: ReadonlyMap<string, readonly TruePlace[]>;
  /** series_id → description. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/**
 * Reads the tables that lie in a folder. @throws CsvError when one is malformed; Error (with `syscall`) when
 * train.csv cannot be read.
 */
export async function readTables(folder: string): Promise<Tables> {
  const file = (name: string) => join(folder, name);
  const grades = file('train.csv');
  const points = await readOptional(file('train_label_coordinates.csv'), readLabelledPoints);
  const discs = await readOptional(file('disc_coordinates.csv'), readDiscCentres);
  const series = await readOptional(
    file('train_series_descriptions.csv'),
    (text, name) => readCsv(text, name, ['study_id', 'series_id', 'series_description']).rows,
  );
  const discPlaces = discs.map(({ studyId, level, discMm }) => ({
    studyId,
    place: { kind: 'disc', level, pointMm: discMm, plane: null } satisfies TruePlace,
  }));
  return {
    grades: readGrades(await readFile(grades, 'utf8'), grades),
    canalPoints: Map.groupBy(
      points.filter((point) => point.condition === 'spinal_canal_stenosis'),
      (point) => point.studyId,
    ),
    discs: new Map(
      Array.from(
        Map.groupBy(discPlaces, (disc) => disc.studyId),
        ([studyId, members]) => [studyId, members.map((disc) => disc.place)],
      ),
    ),
    descriptions: new Map(series.map((row) => [row.cell('series_id'), row.cell('series_description')])),
  };
}

/** Nothing when the file is not there. */
async function readOptional<T>(
  path: string,
  read: (text: string, file: string) => readonly T[],
): Promise<readonly T[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  return text === null ? [] : read(text, path);
}
