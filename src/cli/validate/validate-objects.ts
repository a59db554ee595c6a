import { readFile } from 'node:fs/promises';
import { parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { evaluationsIn } from './evaluations.ts';
import { judgeDcentvfy, judgeDciodvfy, judgeDsrdump } from './judge-output.ts';
import { judgePixelMed } from './judge-pixelmed.ts';
import type { PixelMed } from './open-pixelmed.ts';
import { run } from './run-validator.ts';
import type { Outcome, ValidatorName, Verdict } from './verdict.ts';

const SR_CLASSES = '1.2.840.10008.5.1.4.1.1.88.';

/** The root template PixelMed must find, by the last component of the SOP Class. */
const ROOT_TEMPLATES: Readonly<Record<string, string>> = { '34': 'TID_1500', '59': 'TID_2010' };

/** What the validators say of a file. */
export interface Judged {
  readonly file: string;
  /** Why no validator judged it: it cannot be read, or is no DICOM object. */
  readonly fault: string | null;
  readonly verdicts: readonly Verdict[];
}

/** What is known of a file before it is judged. */
interface Candidate {
  readonly file: string;
  readonly fault: string | null;
  readonly sopClassUid: string;
  /** Qualitative evaluations in its measurement groups. */
  readonly evaluations: number;
}

/**
 * Runs every validator that applies to an object and is installed: dciodvfy on all, dsrdump and PixelMed on SR and
 * key objects (it knows no Secondary Capture), dcentvfy where images of the study are given. Exit codes alone are not
 * believed.
 * @param pixelMed stays open.
 * @returns in the order of the files.
 */
export async function validateObjects(
  files: readonly string[],
  imageFiles: readonly string[],
  pixelMed: PixelMed,
): Promise<readonly Judged[]> {
  const candidates = await Promise.all(files.map(candidateIn));
  const structured = candidates.filter(isStructured);
  const [byPixelMed, others] = await Promise.all([
    structured.length === 0 ? [] : judgedBy(pixelMed, structured),
    byTheOthers(candidates, imageFiles),
  ]);
  return candidates.map((candidate, index) => {
    const { file, fault } = candidate;
    const last = isStructured(candidate) ? [byPixelMed[structured.indexOf(candidate)]!] : [];
    return { file, fault, verdicts: [...others[index]!, ...last] };
  });
}

async function candidateIn(file: string): Promise<Candidate> {
  try {
    const bytes = await readFile(file);
    const sopClassUid = parsePart10(bytes).string('x00080016') ?? '';
    const evaluations = sopClassUid.startsWith(SR_CLASSES) ? evaluationsIn(bytes) : 0;
    return { file, fault: null, sopClassUid, evaluations };
  } catch (fault) {
    const words = fault instanceof Error ? fault.message : String(fault);
    return { file, fault: words, sopClassUid: '', evaluations: 0 };
  }
}

function isStructured({ sopClassUid }: Candidate): boolean {
  return sopClassUid.startsWith(SR_CLASSES);
}

async function judgedBy(pixelMed: PixelMed, objects: readonly Candidate[]): Promise<readonly Verdict[]> {
  const outcomes = await pixelMed.judge(objects.map(({ file }) => file));
  return objects.map(({ sopClassUid, evaluations }, index) => {
    const template = ROOT_TEMPLATES[sopClassUid.slice(SR_CLASSES.length)] ?? '';
    const judge = (outcome: Outcome) => judgePixelMed(outcome, template, evaluations);
    return judged('PixelMed', judge, outcomes?.[index] ?? null);
  });
}

/** One file after the other: PixelMed beside them keeps a core busy for longer. */
async function byTheOthers(
  candidates: readonly Candidate[],
  imageFiles: readonly string[],
): Promise<readonly (readonly Verdict[])[]> {
  const all: (readonly Verdict[])[] = [];
  for (const candidate of candidates) {
    const { file, fault } = candidate;
    const verdicts: Verdict[] = [];
    all.push(verdicts);
    if (fault !== null) continue;
    verdicts.push(judged('dciodvfy', judgeDciodvfy, await run('dciodvfy', ['-new', file])));
    if (isStructured(candidate)) verdicts.push(judged('dsrdump', judgeDsrdump, await run('dsrdump', [file])));
    if (imageFiles.length === 0) continue;
    verdicts.push(judged('dcentvfy', judgeDcentvfy, await run('dcentvfy', [file, ...imageFiles])));
  }
  return all;
}

function judged(
  validator: ValidatorName,
  judge: (outcome: Outcome) => Pick<Verdict, 'errors' | 'warnings'>,
  outcome: Outcome | null,
): Verdict {
  if (outcome === null) return { validator, installed: false, errors: [], warnings: [] };
  return { validator, installed: true, ...judge(outcome) };
}
