import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SeriesRole } from '../domain/series-role.ts';
import {
  type LabelledPoint,
  writeDiscCentres,
  writeLabelledPoints,
} from '../evaluation/coordinates-table.ts';
import { writeCsv } from '../evaluation/csv-table.ts';
import { type ReferenceGrades, writeGrades } from '../evaluation/grades-table.ts';
import { phantomDiscs, phantomPoints } from '../evaluation/phantom-tables.ts';
import { phantomDicom } from '../phantom/phantom-dicom.ts';
import { type PhantomOptions, type PhantomStudy, phantomStudy } from '../phantom/phantom-study.ts';
import { PROTOCOL_FAMILIES } from '../phantom/protocol.ts';

const USAGE = `usage: npm run -s cli -- phantom --out DIR [--studies N] [--seed S] [--family demo|train|validation|held-out]
  [--prevalence clinical|balanced] [--study-date YYYYMMDD]

Synthetic lumbar MRI studies in the layout of the RSNA 2024 challenge: DIR/<study>/<series>/<instance>.dcm with
UIDs for study and series, train.csv (the grades they were made with), train_label_coordinates.csv,
train_series_descriptions.csv, and disc_coordinates.csv (centres of the discs, patient space, mm).
Study i has the seed S + i. The same seed gives the same bytes.
`;

const PREVALENCES = ['clinical', 'balanced'] as const;

/** The challenge's words for the roles. */
const ROLE_DESCRIPTIONS: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'Sagittal T1',
  'sagittal-t2': 'Sagittal T2/STIR',
  'axial-t2': 'Axial T2',
};

interface PhantomCommandOptions {
  readonly out: string;
  readonly studies: number;
  readonly seed: number;
  readonly studyDate: string;
  readonly study: PhantomOptions;
}

/** `cli phantom`: exit code 0, or 2 on misuse. */
export async function phantomCommand(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`phantom: ${options}\n${USAGE}`);
    return 2;
  }
  const { studies, seed } = options;
  await writePhantoms(
    Array.from({ length: studies }, (_, i) => () => phantomStudy(seed + i, options.study)),
    options,
  );
  return 0;
}

function readOptions(args: string[]): PhantomCommandOptions | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: 'string' },
        studies: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        family: { type: 'string', default: 'demo' },
        prevalence: { type: 'string', default: 'clinical' },
        'study-date': { type: 'string', default: '20240101' },
      },
    });
    const [studies, seed] = [Number(values.studies), Number(values.seed)];
    const family = PROTOCOL_FAMILIES.find((name) => name === values.family);
    const prevalence = PREVALENCES.find((name) => name === values.prevalence);
    if (!values.out) return '--out is missing';
    if (!Number.isInteger(studies) || studies < 1) return '--studies must be a whole number above 0';
    if (!Number.isSafeInteger(seed)) return '--seed must be a whole number';
    if (!family) return `--family must be one of ${PROTOCOL_FAMILIES.join(', ')}`;
    if (!prevalence) return `--prevalence must be one of ${PREVALENCES.join(', ')}`;
    if (!/^\d{8}$/.test(values['study-date'])) return '--study-date must be of the form YYYYMMDD';
    // Studies that differ must not share UIDs.
    const uidSalt = `phantom ${family} ${prevalence}`;
    const study: PhantomOptions = { family, prevalence, contrast: 'physical', uidSalt };
    return { out: values.out, studies, seed, studyDate: values['study-date'], study };
  } catch (cause) {
    return (cause as Error).message;
  }
}

/**
 * Writes studies as DICOM files and the tables that describe them; each study is made, written and forgotten before
 * the next.
 */
export async function writePhantoms(
  studies: readonly (() => PhantomStudy)[],
  { out, studyDate }: { readonly out: string; readonly studyDate: string },
): Promise<void> {
  const grades: (readonly [string, ReferenceGrades])[] = [];
  const points: LabelledPoint[] = [];
  const discs: ReturnType<typeof phantomDiscs>[number][] = [];
  const series: (readonly [string, string, string])[] = [];
  for (const make of studies) {
    const study = make();
    const { studyInstanceUid } = study;
    for (const { role, seriesInstanceUid } of study.series) {
      await mkdir(join(out, studyInstanceUid, seriesInstanceUid), { recursive: true });
      series.push([studyInstanceUid, seriesInstanceUid, ROLE_DESCRIPTIONS[role]]);
    }
    for (const image of phantomDicom(study, { studyDate, studyTime: '080000' })) {
      const folder = join(out, studyInstanceUid, image.seriesInstanceUid);
      await writeFile(join(folder, `${image.instanceNumber}.dcm`), image.bytes);
    }
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
}
