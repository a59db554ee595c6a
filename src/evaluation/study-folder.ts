import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { conformRsnaImage } from '../dicom/image/conform-rsna-image.ts';
import { headersFromJson, type ImageHeader } from '../dicom/image/image-header.ts';
import { textValue } from '../dicom/json/dicom-json-values.ts';
import { type Ineligible, ineligible } from '../domain/ineligible.ts';
import { orIneligible } from '../domain/or-ineligible.ts';
import { remark } from '../domain/remark.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import type { Roles } from '../series/decide-series.ts';
import { fetchVolumes } from '../study/fetch-volumes.ts';
import { type FolderObject, folderImages, metadataOf } from '../study/folder-images.ts';
import { inspectStudy } from '../study/inspect-study.ts';
import type { Volumes } from '../volume/volume.ts';

export interface StudyFolder {
  readonly studyId: string;
  readonly folder: string;
}

export interface FolderImage {
  /** Name of the folder it lies in: the tables' series_id. */
  readonly seriesId: string;
  readonly header: ImageHeader;
}

export type FolderStudy =
  | { readonly kind: 'read'; readonly volumes: Volumes; readonly images: readonly FolderImage[] }
  | Ineligible;

interface ImageFile extends FolderObject {
  readonly seriesId: string;
}

/**
 * The studies of a folder in the challenge's layout, `<study>/<series>/<instance>.dcm`, in it or in its
 * train_images, in numeric order.
 * @throws Error (with `syscall`) when the folder cannot be read.
 */
export async function findStudyFolders(root: string): Promise<readonly StudyFolder[]> {
  const names = await subfolders(root);
  const parent = names.includes('train_images') ? join(root, 'train_images') : root;
  const studies = parent === root ? names : await subfolders(parent);
  return studies.map((studyId) => ({ studyId, folder: join(parent, studyId) }));
}

/**
 * Reads a study as the service would receive it: roles from the headers, then the chosen images into volumes. The
 * challenge's own files, which lack what makes them DICOM images, are first conformed as `import-rsna` does.
 * @param descriptions series_id → description, for the challenge's own files.
 */
export function readStudyFolder(
  studyFolder: StudyFolder,
  roles: Roles,
  descriptions: ReadonlyMap<string, string>,
  decode: DecodeFrame,
): Promise<FolderStudy> {
  return orIneligible(() => read(studyFolder, roles, descriptions, decode));
}

async function read(
  { studyId, folder }: StudyFolder,
  roles: Roles,
  descriptions: ReadonlyMap<string, string>,
  decode: DecodeFrame,
): Promise<FolderStudy> {
  const images: ImageFile[] = [];
  for (const [index, seriesId] of (await subfolders(folder)).entries()) {
    const description = descriptions.get(seriesId) ?? null;
    images.push(...(await readSeries(studyId, folder, seriesId, index + 1, description)));
  }
  if (images.length === 0) {
    return ineligible(remark('file-unreadable', { none: 'series-instance' }));
  }
  const source = folderImages(images);
  const inspected = await inspectStudy(source, roles, { decode });
  const { reasons } = inspected.selection;
  if (reasons.length > 0) return ineligible(...reasons);
  const volumes = await fetchVolumes(source, decode, inspected);
  const headers = images.flatMap(({ seriesId, json }) =>
    headersFromJson(json).map((header) => ({ seriesId, header })),
  );
  return { kind: 'read', volumes, images: headers };
}

async function readSeries(
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

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(numerically);
}

const numerically = new Intl.Collator('en', { numeric: true }).compare;
