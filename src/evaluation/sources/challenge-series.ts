import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { conformRsnaImage } from '../../dicom/image/conform-rsna-image.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { type FolderObject, metadataOf } from '../../study/folder-images.ts';
import { numerically } from './find-study-folders.ts';

/** An image with the name of the folder it lies in. */
export interface ImageFile extends FolderObject {
  readonly seriesId: string;
}

/**
 * The images of one series folder in numeric order, those of the challenge conformed. @throws ImagingError, Error
 * with `syscall`
 */
export async function readSeries(
  studyId: string,
  folder: string,
  seriesId: string,
  seriesNumber: number,
  seriesDescription: string | null,
): Promise<ImageFile[]> {
  const files = (await readdir(join(folder, seriesId))).filter((name) => name.endsWith('.dcm'));
  const images: ImageFile[] = [];
  for (const file of files.sort(numerically)) {
    const { bytes, json } = await conformed(join(folder, seriesId, file), (source) =>
      conformRsnaImage(source, {
        studyInstanceUid: deterministicUid('rsna-2024', 'study', studyId),
        seriesInstanceUid: deterministicUid('rsna-2024', 'series', studyId, seriesId),
        sopInstanceUid: deterministicUid('rsna-2024', 'instance', studyId, seriesId, file.slice(0, -4)),
        frameOfReferenceUid: deterministicUid('rsna-2024', 'frame of reference', studyId),
        studyId,
        studyDate: '20240101',
        seriesNumber,
        instanceNumber: Number.parseInt(file, 10),
        seriesDescription,
      }),
    );
    // Each reader takes the memory of what it reads.
    images.push({ seriesId, json, read: async () => Uint8Array.from(bytes) });
  }
  return images;
}

/** A file as it is; one of the challenge's own, which name no SOP class, as `conform` makes it. */
async function conformed(path: string, conform: (source: Uint8Array) => Uint8Array) {
  const source: Uint8Array = await readFile(path);
  const json = metadataOf(source);
  if (textValue(json, '00080016') !== null) return { bytes: source, json };
  const bytes = conform(source);
  return { bytes, json: metadataOf(bytes) };
}
