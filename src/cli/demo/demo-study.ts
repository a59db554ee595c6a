import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headerFromJson } from '../../dicom/image/image-header.ts';
import { headerJson, parsePart10 } from '../../dicom/part10/parse-part10.ts';
import type { Grade } from '../../domain/grade.ts';
import { type Target, targetKey } from '../../domain/target.ts';
import { type SopInstanceUid, type StudyInstanceUid, uid } from '../../domain/uid.ts';
import { phantomDicom } from '../../phantom/dicom/phantom-dicom.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';

export interface DemoStudy {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly description: string;
  readonly seriesCount: number;
  readonly objects: readonly { readonly sopInstanceUid: SopInstanceUid; readonly bytes: Uint8Array }[];
  /** The grade the phantom was made with; null for somebody's own study. */
  readonly truth: ((target: Target) => Grade) | null;
}

/** The study in `folder`, or the phantom with this seed when there is none. */
export async function demoStudy(folder: string | null, seed: number): Promise<DemoStudy> {
  return folder === null ? syntheticStudy(seed) : studyInFolder(folder);
}

function syntheticStudy(seed: number): DemoStudy {
  const study = phantomStudy(seed, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
  const now = new Date();
  const studyDate = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const studyTime = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const objects = phantomDicom(study, { studyDate, studyTime });
  return {
    studyInstanceUid: study.studyInstanceUid,
    description: `synthetic lumbar MRI, seed ${seed}`,
    seriesCount: new Set(objects.map((object) => object.seriesInstanceUid)).size,
    objects,
    truth: (target) => study.truth.grades[targetKey(target)]!,
  };
}

const two = (n: number) => String(n).padStart(2, '0');

/**
 * Every DICOM file below a folder; other files are passed over.
 * @throws Error when there is none, when none is an MR image, or when they belong to several studies.
 */
async function studyInFolder(folder: string): Promise<DemoStudy> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const objects: { sopInstanceUid: SopInstanceUid; bytes: Uint8Array }[] = [];
  let mr = false;
  const studies = new Set<string>();
  const series = new Set<string>();
  for (const entry of entries.filter((e) => e.isFile())) {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (bytes.toString('latin1', 128, 132) !== 'DICM') continue;
    const header = headerFromJson(headerJson(parsePart10(bytes)));
    mr ||= header.modality === 'MR';
    studies.add(header.studyInstanceUid);
    series.add(header.seriesInstanceUid);
    objects.push({
      sopInstanceUid: uid<SopInstanceUid>(header.sopInstanceUid, `${entry.name}: SOPInstanceUID`),
      bytes,
    });
  }
  if (objects.length > 0 && !mr) throw new Error(`${folder}: no MR image among the DICOM files`);
  const [study] = studies;
  if (study === undefined) throw new Error(`${folder}: no DICOM file in it`);
  if (studies.size > 1) throw new Error(`${folder}: the files belong to ${studies.size} studies; give one`);
  return {
    studyInstanceUid: uid<StudyInstanceUid>(study, 'StudyInstanceUID'),
    description: `DICOM files of ${folder}`,
    seriesCount: series.size,
    objects,
    truth: null,
  };
}
