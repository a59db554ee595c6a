import { access, readFile } from 'node:fs/promises';
import { parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { evaluationsIn } from './evaluations.ts';
import { judgeDcentvfy, judgeDciodvfy, judgeDsrdump } from './judge-output.ts';
import { judgePixelMed } from './judge-pixelmed.ts';
import { run } from './run-validator.ts';
import type { Outcome, ValidatorName, Verdict } from './verdict.ts';

const PIXELMED_JAR = '/usr/share/java/pixelmed.jar';
/** Reads PixelMed's templates (6 MB of XSLT) in 8 s, where Java's own processor compiles them for 10 to 60. */
const SAXON_JAR = '/usr/share/java/Saxon-HE.jar';
const WITH_SAXON = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Djavax.xml.transform.TransformerFactory=net.sf.saxon.TransformerFactoryImpl',
  '-cp',
  `${PIXELMED_JAR}:${SAXON_JAR}`,
];
/** The templates exceed the limits that Java's own processor sets on XPath expressions. */
const WITH_JAVA_ALONE = [
  '-Djdk.xml.xpathExprGrpLimit=0',
  '-Djdk.xml.xpathExprOpLimit=0',
  '-Djdk.xml.xpathTotalOpLimit=0',
  '-cp',
  PIXELMED_JAR,
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
  if (!(await exists(PIXELMED_JAR)))
    return { validator: 'PixelMed', installed: false, errors: [], warnings: [] };
  const template = ROOT_TEMPLATES[sopClassUid.slice(SR_CLASSES.length)] ?? '';
  const judge = (outcome: Outcome) => judgePixelMed(outcome, template, evaluations);
  const options = (await exists(SAXON_JAR)) ? WITH_SAXON : WITH_JAVA_ALONE;
  return judged('PixelMed', judge, 'java', [...options, 'com.pixelmed.validate.DicomSRValidator', file]);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

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
