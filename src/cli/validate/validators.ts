import { spawn } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { parseObject } from '../../results/parsed-object.ts';
import {
  CODES,
  type Code,
  GRADE_CONCEPT_CODES,
  LABEL_CONCEPT_CODES,
  PRIVATE_SCHEME,
} from '../../sr/tree/coded-concepts.ts';
import { childNamed, childrenNamed } from './parsed-content.ts';

export const VALIDATORS = ['dciodvfy', 'dsrdump', 'dcentvfy', 'PixelMed'] as const;
export type ValidatorName = (typeof VALIDATORS)[number];

export interface Verdict {
  readonly validator: ValidatorName;
  /** False when the validator's program is not on this machine: nothing was checked. */
  readonly installed: boolean;
  readonly errors: readonly string[];
  /** Warnings without those that are known to be unfounded. */
  readonly warnings: readonly string[];
}

/** What a validator's process left behind. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
}

const PIXELMED_JAR = '/usr/share/java/pixelmed.jar';
/** Its compiled templates exceed the limits Java sets on XPath expressions. */
const PIXELMED_JAVA_OPTIONS = [
  '-Djdk.xml.xpathExprGrpLimit=0',
  '-Djdk.xml.xpathExprOpLimit=0',
  '-Djdk.xml.xpathTotalOpLimit=0',
];
/** PixelMed needs 10 s of an idle processor, and a busy machine many times as long. */
const TIMEOUT_MS = 900_000;
const SR_CLASSES = '1.2.840.10008.5.1.4.1.1.88.';

/** The root template PixelMed must find, by the last component of the SOP Class. */
const ROOT_TEMPLATES: Readonly<Record<string, string>> = { '34': 'TID_1500', '59': 'TID_2010' };

/** Concept names of the qualitative evaluations of TID 1501, which PixelMed's templates do not know. */
const EVALUATIONS: readonly Code[] = [
  ...Object.values(GRADE_CONCEPT_CODES),
  ...Object.values(LABEL_CONCEPT_CODES),
];

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

/** How many qualitative evaluations the object's measurement groups hold. */
function evaluationsIn(bytes: Uint8Array): number {
  const measurements = childNamed(parseObject(bytes), CODES.imagingMeasurements);
  const groups = measurements === undefined ? [] : childrenNamed(measurements, CODES.measurementGroup);
  return groups.flatMap((group) => EVALUATIONS.flatMap((code) => childrenNamed(group, code))).length;
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

/** dciodvfy: `Error - …` lines count as well as the exit code; a private coding scheme is unknown to it by nature. */
export function judgeDciodvfy({ exitCode, output }: Outcome): Pick<Verdict, 'errors' | 'warnings'> {
  const errors = linesOf(output, /^Error\b/);
  const privateScheme = [PRIVATE_SCHEME.designator, PRIVATE_SCHEME.uid].map(
    (term) => `Unrecognized defined term = <${term}>`,
  );
  const warnings = linesOf(output, /^Warning\b/).filter(
    (line) => !privateScheme.some((known) => line.endsWith(known)),
  );
  return { errors: withExitCode(errors, exitCode), warnings };
}

/** dsrdump: `E:` and `F:` lines; it says of itself that its VR checker does not know UTF-8, nor it the templates. */
export function judgeDsrdump({ exitCode, output }: Outcome): Pick<Verdict, 'errors' | 'warnings'> {
  const warnings = linesOf(output, /^W:/).filter(
    (line) => !/VR checker does not support|Check for template constraints not yet supported/.test(line),
  );
  return { errors: withExitCode(linesOf(output, /^[EF]:/), exitCode), warnings };
}

/**
 * dcentvfy: patient, study and series attributes of all files agree. That its tables file an attribute of an MR image
 * under another entity than that of an SR says nothing about the files.
 */
export function judgeDcentvfy({ exitCode, output }: Outcome): Pick<Verdict, 'errors' | 'warnings'> {
  const warnings = linesOf(output, /^Warning\b/).filter(
    (line) => !line.startsWith('Warning - Different information entities for attribute'),
  );
  return { errors: withExitCode(linesOf(output, /^Error\b/), exitCode), warnings };
}

/**
 * PixelMed: exits 0 whatever happened, so its own closing words must be there. Its templates of 2022 do not know the
 * qualitative evaluations of TID 1501 (rows 11 and 12): exactly `evaluations` warnings about them are right.
 */
export function judgePixelMed(
  { exitCode, output }: Outcome,
  template: string,
  evaluations: number,
): Pick<Verdict, 'errors' | 'warnings'> {
  const errors = linesOf(output, /^Error|Exception/);
  for (const words of [`Found Root Template ${template}`, 'IOD validation complete']) {
    if (!output.includes(words)) errors.push(`PixelMed did not say "${words}"`);
  }
  const known = new RegExp(
    `/CODE \\((${EVALUATIONS.map(({ value }) => value).join('|')}),${PRIVATE_SCHEME.designator},"[^"]*"\\): Content Item not in template$`,
  );
  const all = linesOf(output, /^Warning\b/);
  const warnings = all.filter((line) => !known.test(line));
  const met = all.length - warnings.length;
  if (met !== evaluations) {
    errors.push(`PixelMed met ${met} qualitative evaluations in measurement groups, expected ${evaluations}`);
  }
  return { errors: withExitCode(errors, exitCode), warnings };
}

function linesOf(output: string, pattern: RegExp): string[] {
  return output.split(/\r?\n/).filter((line) => pattern.test(line));
}

function withExitCode(errors: readonly string[], exitCode: number | null): readonly string[] {
  if (errors.length > 0 || exitCode === 0) return errors;
  return [exitCode === null ? `did not finish within ${TIMEOUT_MS} ms` : `exit code ${exitCode}`];
}

/** Null when the program is not installed; exit code null when it was stopped at the limit. */
function run(program: string, args: readonly string[]): Promise<Outcome | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(null) : reject(error),
    );
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}
