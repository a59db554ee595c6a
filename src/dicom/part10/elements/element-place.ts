import { type ElementHeader, type Encoding, elementHeader, tagAt } from '../element-header.ts';
import { fault, type ObjectWalk } from '../object-walk.ts';

/** Where elements stand: within which bytes, how deep in sequences, and whether the image is described by them. */
export interface ElementPlace {
  readonly limit: number;
  readonly encoding: Encoding;
  readonly depth: number;
  readonly isRead: boolean;
}

export const PIXEL_DATA = 0x7fe00010;
/** Groups of what is read of an image; 5200: Shared and Per-Frame Functional Groups. */
export const READ_GROUPS = new Set([0x0002, 0x0008, 0x0018, 0x0020, 0x0028, 0x5200, 0x7fe0]);

/** Within the items of a sequence. */
export function placeWithin(tag: number, place: ElementPlace): ElementPlace {
  const isRead = place.isRead && (place.depth > 0 || tag >>> 16 === 0x5200);
  return { ...place, depth: place.depth + 1, isRead };
}

/** @throws ImagingError where no element stands, or none whose length can be told. */
export function headerAt(walk: ObjectWalk, at: number, { limit, encoding }: ElementPlace): ElementHeader {
  const header = elementHeader(walk.view, at, limit, encoding);
  if (header === 'cut off') throw fault(walk, 'cut off within an element', null);
  if (header === null) {
    throw fault(walk, 'the value representation is missing', tagAt(walk.view, at, encoding));
  }
  return header;
}
