import { headersFromJson, type ImageHeader } from '../../dicom/image/image-header.ts';
import { type Ineligible, ineligible } from '../../domain/ineligible.ts';
import { orIneligible } from '../../domain/or-ineligible.ts';
import { remark } from '../../domain/remark.ts';
import type { Roles } from '../../series/decide-series.ts';
import { fetchVolumes } from '../../study/fetch-volumes.ts';
import { folderImages } from '../../study/folder-images.ts';
import { inspectStudy } from '../../study/inspect-study.ts';
import type { Volumes } from '../../volume/volume.ts';
import { type ImageFile, readSeries } from './challenge-series.ts';
import { type StudyFolder, subfolders } from './find-study-folders.ts';
import type { FolderReading } from './folder-reading.ts';

export interface FolderImage {
  /** Name of the folder it lies in: the tables' series_id. */
  readonly seriesId: string;
  readonly header: ImageHeader;
}

export type FolderStudy =
  | { readonly kind: 'read'; readonly volumes: Volumes; readonly images: readonly FolderImage[] }
  | Ineligible;

/**
 * Reads a study as the service would receive it: roles from the headers, then the chosen images into volumes. The
 * challenge's own files, which lack what makes them DICOM images, are first conformed as `import-rsna` does.
 * @param descriptions series_id → description, for the challenge's own files.
 */
export function readStudyFolder(
  studyFolder: StudyFolder,
  roles: Roles,
  descriptions: ReadonlyMap<string, string>,
  reading: FolderReading,
): Promise<FolderStudy> {
  return orIneligible(() => read(studyFolder, roles, descriptions, reading));
}

async function read(
  { studyId, folder }: StudyFolder,
  roles: Roles,
  descriptions: ReadonlyMap<string, string>,
  reading: FolderReading,
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
  const inspected = await inspectStudy(source, roles, reading);
  const { reasons } = inspected.selection;
  if (reasons.length > 0) return ineligible(...reasons);
  const volumes = await fetchVolumes(source, reading.decode, inspected, undefined, reading.limits);
  const headers = images.flatMap(({ seriesId, json }) =>
    headersFromJson(json).map((header) => ({ seriesId, header })),
  );
  return { kind: 'read', volumes, images: headers };
}
