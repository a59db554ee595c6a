import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeriesRole } from '../domain/series-role.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import { pixelToPatient } from '../volume/plane-geometry.ts';
import { slicePlane } from '../volume/slice-plane.ts';
import type { TruePlace } from './evaluate-study.ts';
import { type FolderImage, findStudyFolders, readStudyFolder } from './study-folder.ts';
import type { OpenedStudy, StudySource } from './study-source.ts';
import { type LabelledPoint, readDiscCentres, readLabelledPoints } from './tables/coordinates-table.ts';
import { readCsv } from './tables/csv-table.ts';
import { labelsFromGrades } from './tables/graded-labels.ts';
import { type ReferenceGrades, readGrades } from './tables/grades-table.ts';

/** The challenge's tables; all but the grades may be missing. */
interface Tables {
  readonly grades: ReadonlyMap<string, ReferenceGrades>;
  readonly canalPoints: ReadonlyMap<string, readonly LabelledPoint[]>;
  readonly discs: ReadonlyMap<string, readonly TruePlace[]>;
  /** series_id → description. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/**
 * The studies of a folder in the challenge's layout with what its tables say of them. A study without a row in
 * train.csv opens as unlabelled.
 * @param tablesFolder where the tables lie.
 * @throws CsvError when a table is malformed; Error (with `syscall`) when a folder or train.csv cannot be read.
 */
export async function folderSources(
  root: string,
  tablesFolder: string,
  roles: { readonly requires: readonly SeriesRole[]; readonly uses: readonly SeriesRole[] },
  decode: DecodeFrame,
): Promise<readonly StudySource[]> {
  const tables = await readTables(tablesFolder);
  const folders = await findStudyFolders(root);
  return folders.map((study): StudySource => {
    const { studyId } = study;
    const open = async (): Promise<OpenedStudy> => {
      const grades = tables.grades.get(studyId);
      if (grades === undefined) return { kind: 'unlabelled' };
      const read = await readStudyFolder(study, roles, tables.descriptions, decode);
      if (read.kind === 'ineligible') return read;
      const canal = (tables.canalPoints.get(studyId) ?? []).flatMap((point) =>
        canalPlace(point, read.images),
      );
      const places = [...(tables.discs.get(studyId) ?? []), ...canal];
      const labels = labelsFromGrades(grades);
      return { kind: 'labelled', studyId, volumes: read.volumes, grades, labels, places };
    };
    return { studyId, open };
  });
}

/** Where a reader's point lies in the patient; nothing when the image it was set on is not there. */
function canalPlace(point: LabelledPoint, images: readonly FolderImage[]): TruePlace[] {
  const { seriesId, instanceNumber, level, column, row } = point;
  const image = images.find(
    (candidate) => candidate.seriesId === seriesId && candidate.header.instanceNumber === instanceNumber,
  );
  if (image === undefined) return [];
  const plane = slicePlane(image.header);
  return [{ kind: 'canal', level, pointMm: pixelToPatient(plane, column, row), plane }];
}

async function readTables(folder: string): Promise<Tables> {
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
