import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildVolume } from '../imaging/build-volume.ts';
import { conformRsnaImage } from '../imaging/conform-rsna-image.ts';
import { decideSeries, type Roles } from '../imaging/decide-series.ts';
import { deterministicUid } from '../imaging/deterministic-uid.ts';
import { textValue } from '../imaging/dicom-json-values.ts';
import { headersFromJson, type ImageHeader, imageKey } from '../imaging/image-header.ts';
import { ImagingError } from '../imaging/imaging-error.ts';
import { headerJson, parsePart10 } from '../imaging/parse-part10.ts';
import { readInstance } from '../imaging/read-instance.ts';
import type { CandidateSeries } from '../imaging/select-series.ts';
import { type DecodeFrame, slicesFromInstance } from '../imaging/slice-from-instance.ts';
import type { Volumes } from '../inference/crop-regions.ts';

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
  | { readonly kind: 'ineligible'; readonly reasons: readonly string[] };

interface ImageFile extends FolderImage {
  readonly bytes: Uint8Array;
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
export async function readStudyFolder(
  { studyId, folder }: StudyFolder,
  roles: Roles,
  descriptions: ReadonlyMap<string, string>,
  decode: DecodeFrame,
): Promise<FolderStudy> {
  try {
    const images: ImageFile[] = [];
    for (const [index, seriesId] of (await subfolders(folder)).entries()) {
      const description = descriptions.get(seriesId) ?? null;
      images.push(...(await readSeries(studyId, folder, seriesId, index + 1, description)));
    }
    if (images.length === 0) return ineligible('there is no <series>/<instance>.dcm in its folder');
    const byKey = new Map(images.map((image) => [imageKey(image.header), image]));
    const slicesOf = (headers: readonly ImageHeader[]) =>
      headers.flatMap((header) => {
        const instance = readInstance(byKey.get(imageKey(header))!.bytes);
        return slicesFromInstance(instance, [header.frameNumber], decode);
      });
    const selection = await decideSeries(candidateSeries(images), roles, async (_, headers) =>
      slicesOf(headers),
    );
    if (selection.reasons.length > 0) return ineligible(...selection.reasons);
    const volumes = [...selection.chosen].map(([role, series]) => {
      const slices = series.flatMap(({ headers }) => slicesOf(headers));
      return [role, buildVolume(role, slices)] as const;
    });
    return {
      kind: 'read',
      volumes: Object.fromEntries(volumes),
      images: images.map(({ seriesId, header }) => ({ seriesId, header })),
    };
  } catch (cause) {
    if (cause instanceof ImagingError) return ineligible(cause.message);
    throw cause;
  }
}

function ineligible(...reasons: readonly string[]): FolderStudy {
  return { kind: 'ineligible', reasons };
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
    const source: Uint8Array = await readFile(join(folder, seriesId, file));
    const json = headerJson(parsePart10(source));
    if (textValue(json, '00080016') !== null) {
      images.push(...headersFromJson(json).map((header) => ({ seriesId, bytes: source, header })));
      continue;
    }
    const bytes = conformRsnaImage(source, {
      studyInstanceUid: deterministicUid('rsna-2024', 'study', studyId),
      seriesInstanceUid: deterministicUid('rsna-2024', 'series', studyId, seriesId),
      sopInstanceUid: deterministicUid('rsna-2024', 'instance', studyId, seriesId, file.slice(0, -4)),
      frameOfReferenceUid: deterministicUid('rsna-2024', 'frame of reference', studyId),
      studyId,
      studyDate: '20240101',
      seriesNumber,
      instanceNumber: Number.parseInt(file, 10),
      seriesDescription,
    });
    const headers = headersFromJson(headerJson(parsePart10(bytes)));
    images.push(...headers.map((header) => ({ seriesId, bytes, header })));
  }
  return images;
}

/** As an archive would list them; like the service, only of MR series are the headers looked at. */
function candidateSeries(images: readonly ImageFile[]): CandidateSeries[] {
  const bySeries = Map.groupBy(images, (image) => image.header.seriesInstanceUid);
  return Array.from(bySeries, ([seriesInstanceUid, members]) => {
    const { seriesNumber, modality } = members[0]!.header;
    const headers = modality === 'MR' ? members.map((image) => image.header) : [];
    const instanceCount = new Set(members.map((image) => image.header.sopInstanceUid)).size;
    return { seriesInstanceUid, seriesNumber, modality, instanceCount, headers };
  });
}

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(numerically);
}

const numerically = new Intl.Collator('en', { numeric: true }).compare;
