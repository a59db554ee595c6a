import type { SeriesRole } from '../../domain/series-role.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import { slicePlane } from '../../volume/slice-plane.ts';
import { readTables } from '../tables/challenge-tables.ts';
import { labelsFromGrades } from '../tables/graded-labels.ts';
import type { LabelledPoint } from '../tables/labelled-points-table.ts';
import { findStudyFolders } from './find-study-folders.ts';
import type { FolderReading } from './folder-reading.ts';
import type { TruePlace } from './labelled-study.ts';
import { type FolderImage, readStudyFolder } from './read-study-folder.ts';
import type { OpenedStudy, StudySource } from './study-source.ts';

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
  reading: FolderReading,
): Promise<readonly StudySource[]> {
  const tables = await readTables(tablesFolder);
  const folders = await findStudyFolders(root);
  return folders.map((study): StudySource => {
    const { studyId } = study;
    const open = async (): Promise<OpenedStudy> => {
      const grades = tables.grades.get(studyId);
      if (grades === undefined) return { kind: 'unlabelled' };
      const read = await readStudyFolder(study, roles, tables.descriptions, reading);
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
