import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countPrevalence, prevalenceText } from '../../phantom/grades/count-prevalence.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { tellFault } from '../options/option-values.ts';
import { type PhantomCommandOptions, readOptions } from './phantom-command-options.ts';
import { gradesPicture, patientsPicture } from './phantom-pictures.ts';
import { writePhantoms } from './write-phantoms.ts';

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
