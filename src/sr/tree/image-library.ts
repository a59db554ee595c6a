import { imageKey } from '../../dicom/image/image-header.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { SERIES_ROLES, type SeriesRole } from '../../domain/series-role.ts';
import { CODES } from './coded-concepts.ts';
import { type ContentItem, codeItem, container, imageItem, uidItem } from './content-item.ts';

/** One image of the input set. */
export interface InputImage {
  readonly reference: ImageReference;
  readonly role: SeriesRole;
}

/**
 * The input set (PS3.16 TID 1600): a group for each series and frame of reference, in the order of SERIES_ROLES.
 * A multi-frame image appears once.
 */
export function imageLibrary(images: readonly InputImage[]): ContentItem<'CONTAINER'> {
  const byRole = SERIES_ROLES.flatMap((role) => images.filter((image) => image.role === role));
  const wholeImages = byRole.map(({ reference }) => ({ ...reference, frameNumber: null }));
  const groups = Map.groupBy(distinctInstances(wholeImages), (image) =>
    JSON.stringify([image.seriesInstanceUid, image.frameOfReferenceUid]),
  );
  return container(
    CODES.imageLibrary,
    [...groups.values()].map((members) => ({ relationship: 'CONTAINS', item: libraryGroup(members) })),
  );
}

/** Each instance of each series once, in the order of its first appearance. */
export function distinctInstances(images: readonly ImageReference[]): ImageReference[] {
  const seen = new Map<string, ImageReference>();
  for (const image of images) {
    const key = imageKey({ ...image, frameNumber: null });
    if (!seen.has(key)) seen.set(key, image);
  }
  return [...seen.values()];
}

function libraryGroup(images: readonly ImageReference[]): ContentItem<'CONTAINER'> {
  const frameOfReferenceUid = images[0]?.frameOfReferenceUid ?? null;
  const descriptors = [
    codeItem(CODES.modality, CODES.magneticResonance),
    codeItem(CODES.targetRegion, CODES.lumbarSpine),
    ...(frameOfReferenceUid === null ? [] : [uidItem(CODES.frameOfReferenceUid, frameOfReferenceUid)]),
  ];
  return container(CODES.imageLibraryGroup, [
    ...descriptors.map((item) => ({ relationship: 'HAS ACQ CONTEXT', item }) as const),
    ...images.map((image) => ({ relationship: 'CONTAINS', item: imageItem(null, image) }) as const),
  ]);
}
