import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeriesRole } from '../domain/series-role.ts';
import {
  type LabelledPoint,
  writeDiscCentres,
  writeLabelledPoints,
} from '../evaluation/tables/coordinates-table.ts';
import { writeCsv } from '../evaluation/tables/csv-table.ts';
import { type ReferenceGrades, writeGrades } from '../evaluation/tables/grades-table.ts';
import { phantomDiscs, phantomPoints } from '../evaluation/tables/phantom-tables.ts';
import { variantInWords } from '../phantom/anatomy/spine-variant.ts';
import { phantomDicom } from '../phantom/dicom/phantom-dicom.ts';
import { countPrevalence, prevalenceText } from '../phantom/grades/count-prevalence.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import { type PhantomStudy, phantomStudy } from '../phantom/phantom-study.ts';
import { PROTOCOL_FAMILIES } from '../phantom/picture/protocol/protocol-family.ts';
import { OTHER_BODY_PARTS } from '../phantom/tissue/head-and-neck/head-and-neck.ts';
import { MisuseError, oneOf, parseOptions, tellFault, wholeNumber } from './options/option-values.ts';
import { VARIANT_OPTIONS, variantOf } from './options/variant-options.ts';
import { gradesPicture, patientsPicture } from './phantom-pictures.ts';

const USAGE = `usage: npm run -s cli -- phantom --out DIR [--studies N] [--seed S] [--family demo|train|validation|held-out]
  [--prevalence clinical|balanced] [--body-part lumbar-spine|cervical-spine|head] [--lumbar-vertebrae 4|5|6]
  [--transition lumbarised-s1|sacralised-l5] [--study-date YYYYMMDD]
  [--tables-only] [--pictures]

Synthetic lumbar MRI studies in the layout of the RSNA 2024 challenge: DIR/<study>/<series>/<instance>.dcm with
UIDs for study and series, train.csv (the grades they were made with), train_label_coordinates.csv,
train_series_descriptions.csv, and disc_coordinates.csv (centres of the discs, patient space, mm).
Study i has the seed S + i. The same seed gives the same bytes. How often each grade occurs is printed.
--body-part    images something else by the same protocols; such studies have no grades and no places
--lumbar-vertebrae, --transition
               another number of lumbar vertebrae, or one of the form of its neighbours. Levels are counted upward from
               the sacrum, whatever the number: L5/S1 in the tables is the disc on the sacrum
--tables-only  writes no image
--pictures     writes two pictures instead, phantom.png (studies S … S + N − 1) and phantom-grades.png (study S)
`;

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
  readonly tablesOnly: boolean;
  readonly pictures: boolean;
}

/** `cli phantom`: exit code 0, 1 when a file cannot be written, 2 on misuse. */
export async function phantomCommand(args: string[]): Promise<number> {
  try {
    await makePhantoms(readOptions(args));
    return 0;
  } catch (fault) {
    return tellFault('phantom', USAGE, fault);
  }
}

async function makePhantoms(options: PhantomCommandOptions): Promise<void> {
  const seeds = Array.from({ length: options.studies }, (_, i) => options.seed + i);
  if (options.pictures) {
    await mkdir(options.out, { recursive: true });
    await writeFile(join(options.out, 'phantom.png'), patientsPicture(seeds));
    await writeFile(join(options.out, 'phantom-grades.png'), gradesPicture(options.seed));
    return;
  }
  const made = seeds.map((seed) => () => phantomStudy(seed, options.study));
  const grades = await writePhantoms(made, options);
  if (grades.length > 0) process.stdout.write(prevalenceText(countPrevalence(grades)));
}

function readOptions(args: string[]): PhantomCommandOptions {
  const { values } = parseOptions({
    args,
    options: {
      out: { type: 'string' },
      studies: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      family: { type: 'string', default: 'demo' },
      prevalence: { type: 'string', default: 'clinical' },
      'body-part': { type: 'string', default: 'lumbar-spine' },
      ...VARIANT_OPTIONS,
      'tables-only': { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
      'study-date': { type: 'string', default: '20240101' },
    },
  });
  const { out, 'study-date': studyDate, 'tables-only': tablesOnly, pictures } = values;
  if (!out) throw new MisuseError('--out is missing');
  const studies = wholeNumber('--studies', values.studies, 1);
  const seed = wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER);
  const family = oneOf('--family', values.family, PROTOCOL_FAMILIES);
  const prevalence = oneOf('--prevalence', values.prevalence, ['clinical', 'balanced'] as const);
  const bodyPart = oneOf('--body-part', values['body-part'], ['lumbar-spine', ...OTHER_BODY_PARTS] as const);
  const variant = variantOf(values);
  if (!/^\d{8}$/.test(studyDate)) throw new MisuseError('--study-date must be of the form YYYYMMDD');
  // Studies that differ must not share UIDs.
  const common = { family, prevalence, contrast: 'physical', variant } as const;
  const uidSalt = [`phantom ${family} ${prevalence}`, ...variantInWords(variant)].join(' ');
  const study: PhantomOptions =
    bodyPart === 'lumbar-spine'
      ? { ...common, uidSalt }
      : { ...common, uidSalt: `${uidSalt} ${bodyPart}`, bodyPart };
  return { out, studies, seed, studyDate, study, tablesOnly, pictures };
}

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
