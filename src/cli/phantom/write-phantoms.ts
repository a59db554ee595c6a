import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeriesRole } from '../../domain/series-role.ts';
import { writeCsv } from '../../evaluation/tables/csv/write-csv.ts';
import { writeDiscCentres } from '../../evaluation/tables/disc-centres-table.ts';
import { type ReferenceGrades, writeGrades } from '../../evaluation/tables/grades-table.ts';
import { type LabelledPoint, writeLabelledPoints } from '../../evaluation/tables/labelled-points-table.ts';
import { phantomDiscs, phantomPoints } from '../../evaluation/tables/phantom-tables.ts';
import { phantomDicom } from '../../phantom/dicom/phantom-dicom.ts';
import type { PhantomStudy } from '../../phantom/phantom-study.ts';

/** The challenge's words for the roles. */
const ROLE_DESCRIPTIONS: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'Sagittal T1',
  'sagittal-t2': 'Sagittal T2/STIR',
  'axial-t2': 'Axial T2',
};

/**
 * Writes studies as DICOM files and the tables that describe them; each study is made, written and forgotten before
 * the next. Of a body part other than the lumbar spine nothing is said but what its series are.
 * @returns the grades of the lumbar studies.
 */
export async function writePhantoms(
  studies: readonly (() => PhantomStudy)[],
  {
    out,
    studyDate,
    tablesOnly = false,
  }: { readonly out: string; readonly studyDate: string; readonly tablesOnly?: boolean },
): Promise<readonly ReferenceGrades[]> {
  await mkdir(out, { recursive: true });
  const grades: (readonly [string, ReferenceGrades])[] = [];
  const points: LabelledPoint[] = [];
  const discs: ReturnType<typeof phantomDiscs>[number][] = [];
  const series: (readonly [string, string, string])[] = [];
  for (const make of studies) {
    const study = make();
    const { studyInstanceUid } = study;
    for (const { role, seriesInstanceUid } of study.series) {
      series.push([studyInstanceUid, seriesInstanceUid, ROLE_DESCRIPTIONS[role]]);
    }
    if (!tablesOnly) await writeImages(study, join(out, studyInstanceUid), studyDate);
    if (study.bodyPart !== null) continue;
    grades.push([studyInstanceUid, study.truth.grades]);
    points.push(...phantomPoints(study));
    discs.push(...phantomDiscs(study));
  }
  await writeFile(join(out, 'train.csv'), writeGrades(grades));
  await writeFile(join(out, 'train_label_coordinates.csv'), writeLabelledPoints(points));
  await writeFile(
    join(out, 'train_series_descriptions.csv'),
    writeCsv(['study_id', 'series_id', 'series_description'], series),
  );
  await writeFile(join(out, 'disc_coordinates.csv'), writeDiscCentres(discs));
  return grades.map(([, of]) => of);
}

async function writeImages(study: PhantomStudy, folder: string, studyDate: string): Promise<void> {
  for (const { seriesInstanceUid } of study.series) {
    await mkdir(join(folder, seriesInstanceUid), { recursive: true });
  }
  for (const image of phantomDicom(study, { studyDate, studyTime: '080000' })) {
    await writeFile(join(folder, image.seriesInstanceUid, `${image.instanceNumber}.dcm`), image.bytes);
  }
}
