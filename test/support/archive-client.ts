import type { Archive } from '../../src/dicomweb/archive.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import type { DicomJson } from '../../src/imaging/dicom-json.ts';
import type { PhantomInstance } from '../../src/phantom/phantom-dicom.ts';
import { first, items } from '../../src/sr/dcmtk-json.ts';

/** Stores objects of one study in one request, so that no pause between requests looks like the end of the study. */
export async function storeAll(
  archive: Archive,
  objects: readonly Pick<PhantomInstance, 'studyInstanceUid' | 'sopInstanceUid' | 'bytes'>[],
): Promise<void> {
  const results = await archive.store(objects[0]!.studyInstanceUid, objects);
  const refused = results.find((result) => !result.stored);
  if (refused !== undefined) throw new Error(`the archive refused an image: ${refused.reason}`);
}

export interface StoredInstance {
  readonly modality: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/** Every instance of the study, by QIDO-RS. */
export async function instancesIn(dicomWebUrl: string, study: StudyInstanceUid): Promise<StoredInstance[]> {
  const answer = await fetch(`${dicomWebUrl}/studies/${study}/instances?includefield=00080060&limit=1000`);
  if (!answer.ok) throw new Error(`QIDO-RS answered ${answer.status}`);
  return ((await answer.json()) as DicomJson[]).map((row) => ({
    modality: String(first(row, '00080060')),
    seriesInstanceUid: String(first(row, '0020000E')),
    sopInstanceUid: String(first(row, '00080018')),
  }));
}

/** The Structured Reports of the study, by QIDO-RS. */
export async function reportsIn(dicomWebUrl: string, study: StudyInstanceUid): Promise<StoredInstance[]> {
  return (await instancesIn(dicomWebUrl, study)).filter(({ modality }) => modality === 'SR');
}

/** SOP Instance UIDs in CurrentRequestedProcedureEvidenceSequence (0040,A375), sorted. */
export function evidenceOf(report: DicomJson): string[] {
  const series = items(report, '0040A375').flatMap((study) => items(study, '00081115'));
  const images = series.flatMap((one) => items(one, '00081199'));
  return images.map((image) => String(first(image, '00081155'))).sort();
}
