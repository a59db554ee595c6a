import type { Analysis } from '../../src/cli/demo/follow-analysis.ts';
import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';
import { type Archive, ArchiveError } from '../../src/dicomweb/archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { first, items } from './dcmtk-json.ts';

/** How often a request is sent whose connection Orthanc closed for being idle just as it was used again. */
const ATTEMPTS = 3;

/** Stores objects of one study in one request, so that no pause between requests looks like the end of the study. */
export async function storeAll(
  archive: Archive,
  objects: readonly Pick<PhantomInstance, 'studyInstanceUid' | 'sopInstanceUid' | 'bytes'>[],
): Promise<void> {
  const results = await storedAgain(archive, objects, ATTEMPTS);
  const refused = results.find((result) => !result.stored);
  if (refused !== undefined) throw new Error(`the archive refused an image: ${refused.reason}`);
}

async function storedAgain(
  archive: Archive,
  objects: Parameters<typeof storeAll>[1],
  attempts: number,
): ReturnType<Archive['store']> {
  try {
    return await archive.store(objects[0]!.studyInstanceUid, objects);
  } catch (fault) {
    if (attempts > 1 && fault instanceof ArchiveError && fault.retryable)
      return storedAgain(archive, objects, attempts - 1);
    throw fault;
  }
}

export interface StoredInstance {
  readonly modality: string;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
}

/** Every instance of the study, by QIDO-RS. */
export async function instancesIn(dicomWebUrl: string, study: StudyInstanceUid): Promise<StoredInstance[]> {
  const answer = await fetch(`${dicomWebUrl}/studies/${study}/instances?includefield=00080060&limit=1000`);
  if (!answer.ok) throw new Error(`QIDO-RS answered ${answer.status}`);
  return ((await answer.json()) as DicomJson[]).map((row) => ({
    modality: String(first(row, '00080060')),
    seriesInstanceUid: String(first(row, '0020000E')) as SeriesInstanceUid,
    sopInstanceUid: String(first(row, '00080018')) as SopInstanceUid,
  }));
}

/** The Structured Reports of the study, by QIDO-RS. */
export async function reportsIn(dicomWebUrl: string, study: StudyInstanceUid): Promise<StoredInstance[]> {
  return (await instancesIn(dicomWebUrl, study)).filter(({ modality }) => modality === 'SR');
}

/** Makes Orthanc lose the instance, by its own API. */
export async function deleteInstance(orthancUrl: string, sopInstanceUid: string): Promise<void> {
  const found = await fetch(`${orthancUrl}/tools/lookup`, { method: 'POST', body: sopInstanceUid });
  const [{ ID }] = (await found.json()) as [{ ID: string }];
  await fetch(`${orthancUrl}/instances/${ID}`, { method: 'DELETE' });
}

/** The report of an analysis that was stored, as the archive gives it back. */
export async function storedReport(
  archive: Archive,
  { studyInstanceUid, report }: Analysis,
): Promise<Uint8Array> {
  const bytes = await archive.retrieveInstance(
    studyInstanceUid as StudyInstanceUid,
    report?.seriesInstanceUid as SeriesInstanceUid,
    report?.sopInstanceUid as SopInstanceUid,
  );
  if (bytes === null) throw new Error('the archive does not give the report back');
  return bytes;
}

/** SOP Instance UIDs in CurrentRequestedProcedureEvidenceSequence (0040,A375), sorted. */
export function evidenceOf(report: DicomJson): string[] {
  const series = items(report, '0040A375').flatMap((study) => items(study, '00081115'));
  const images = series.flatMap((one) => items(one, '00081199'));
  return images.map((image) => String(first(image, '00081155'))).sort();
}
