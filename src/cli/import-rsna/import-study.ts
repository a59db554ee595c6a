import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { conformRsnaImage, type RsnaImageIdentity } from '../../dicom/image/conform-rsna-image.ts';
import { imageFiles, type SourceStudy, subfolders } from './find-studies.ts';
import { ImportError } from './import-error.ts';

/** A series under the challenge's number and under its UID. */
export interface ImportedSeries {
  readonly seriesId: string;
  readonly seriesInstanceUid: string;
  /** The challenge's instance number → SOP Instance UID. */
  readonly instances: Readonly<Record<string, string>>;
}

/** A study under the challenge's number and under its UIDs. */
export interface ImportedStudy {
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly series: readonly ImportedSeries[];
}

/**
 * Writes one study below outFolder, its UIDs derived from the challenge's numbers. @throws ImportError naming the
 * file that is no readable image.
 */
export async function importStudy(
  { studyId, folder }: SourceStudy,
  outFolder: string,
  studyDate: string,
  descriptions: ReadonlyMap<string, string>,
): Promise<ImportedStudy> {
  const studyInstanceUid = deterministicUid('rsna-2024', 'study', studyId);
  const frameOfReferenceUid = deterministicUid('rsna-2024', 'frame of reference', studyId);
  const series: ImportedSeries[] = [];
  for (const [index, seriesId] of (await subfolders(folder)).entries()) {
    const seriesInstanceUid = deterministicUid('rsna-2024', 'series', studyId, seriesId);
    const instances: Record<string, string> = {};
    await mkdir(join(outFolder, studyId, seriesId), { recursive: true });
    for (const file of await imageFiles(join(folder, seriesId))) {
      const instance = basename(file, '.dcm');
      const sopInstanceUid = deterministicUid('rsna-2024', 'instance', studyId, seriesId, instance);
      const bytes = await conformFile(join(folder, seriesId, file), {
        studyInstanceUid,
        seriesInstanceUid,
        sopInstanceUid,
        frameOfReferenceUid,
        studyId,
        studyDate,
        seriesNumber: index + 1,
        instanceNumber: Number(instance),
        seriesDescription: descriptions.get(seriesId) ?? null,
      });
      await writeFile(join(outFolder, studyId, seriesId, file), bytes);
      instances[instance] = sopInstanceUid;
    }
    series.push({ seriesId, seriesInstanceUid, instances });
  }
  return { studyId, studyInstanceUid, frameOfReferenceUid, series };
}

async function conformFile(path: string, identity: RsnaImageIdentity): Promise<Uint8Array> {
  try {
    return conformRsnaImage(await readFile(path), identity);
  } catch (cause) {
    throw new ImportError(`${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
