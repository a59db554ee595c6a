import { access, readFile } from 'node:fs/promises';
import { parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { evaluationsIn } from './evaluations.ts';
import { judgeDcentvfy, judgeDciodvfy, judgeDsrdump } from './judge-output.ts';
import { judgePixelMed } from './judge-pixelmed.ts';
import { run } from './run-validator.ts';
import type { Outcome, ValidatorName, Verdict } from './verdict.ts';

const PIXELMED_JAR = '/usr/share/java/pixelmed.jar';
/** Its compiled templates exceed the limits Java sets on XPath expressions. */
const PIXELMED_JAVA_OPTIONS = [
  '-Djdk.xml.xpathExprGrpLimit=0',
  '-Djdk.xml.xpathExprOpLimit=0',
  '-Djdk.xml.xpathTotalOpLimit=0',
];
const SR_CLASSES = '1.2.840.10008.5.1.4.1.1.88.';

/** The root template PixelMed must find, by the last component of the SOP Class. */
const ROOT_TEMPLATES: Readonly<Record<string, string>> = { '34': 'TID_1500', '59': 'TID_2010' };

/**
 * Runs every validator that applies to the object and is installed: dciodvfy on all, dsrdump and PixelMed on SR and
 * key objects (it knows no Secondary Capture), dcentvfy where images of the study are given. Exit codes alone are not
 * believed.
 * @throws Error when the file cannot be read; ImagingError when it is no DICOM object.
 */
export async function validateObject(
  file: string,
  imageFiles: readonly string[] = [],
): Promise<readonly Verdict[]> {
  const bytes = await readFile(file);
  const sopClassUid = parsePart10(bytes).string('x00080016') ?? '';
  const structured = sopClassUid.startsWith(SR_CLASSES);
  return Promise.all([
    judged('dciodvfy', judgeDciodvfy, 'dciodvfy', ['-new', file]),
    ...(structured
      ? [
          judged('dsrdump', judgeDsrdump, 'dsrdump', [file]),
          pixelMed(file, sopClassUid, evaluationsIn(bytes)),
        ]
      : []),
    ...(imageFiles.length > 0 ? [judged('dcentvfy', judgeDcentvfy, 'dcentvfy', [file, ...imageFiles])] : []),
  ]);
}

async function pixelMed(file: string, sopClassUid: string, evaluations: number): Promise<Verdict> {
  const installed = await access(PIXELMED_JAR).then(
    () => true,
    () => false,
  );
  if (!installed) return { validator: 'PixelMed', installed: false, errors: [], warnings: [] };
  const template = ROOT_TEMPLATES[sopClassUid.slice(SR_CLASSES.length)] ?? '';
  const judge = (outcome: Outcome) => judgePixelMed(outcome, template, evaluations);
  const main = 'com.pixelmed.validate.DicomSRValidator';
  return judged('PixelMed', judge, 'java', [...PIXELMED_JAVA_OPTIONS, '-cp', PIXELMED_JAR, main, file]);
}

async function judged(
  validator: ValidatorName,
  judge: (outcome: Outcome) => Pick<Verdict, 'errors' | 'warnings'>,
  program: string,
  args: readonly string[],
): Promise<Verdict> {
  const outcome = await run(program, args);
  if (outcome === null) return { validator, installed: false, errors: [], warnings: [] };
  return { validator, installed: true, ...judge(outcome) };
}
