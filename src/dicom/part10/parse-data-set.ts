import type { DataSet } from 'dicom-parser';
import { type Encoding, tagAt } from './element-header.ts';
import { emptyDataSet } from './elements/add-element.ts';
import { type ElementPlace, headerAt, PIXEL_DATA, READ_GROUPS } from './elements/element-place.ts';
import { parseElement } from './elements/parse-element.ts';
import { isZeroFrom, startWalk, uidOf } from './object-walk.ts';

export interface ParsedDataSet {
  readonly dataSet: DataSet;
  /** Where the elements end: the end of the bytes, what follows the data set, or the first element of another group. */
  readonly end: number;
}

const SOP_INSTANCE_UID = 0x00080018;

/**
 * Parses the elements of a data set in one pass, in time and memory bounded by its size: every length lies within what
 * is around it, items and delimiters stand where they can belong, and there is a limit to depth and number. What
 * DCMTK, GDCM or pydicom read on over is read where it can mean one thing only; docs/reading-dicom.md lists it.
 * @param onlyGroup stops at the first element of another group.
 * @throws ImagingError naming the attribute at fault, and the instance once its UID has been seen.
 */
export function parseDataSet(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  onlyGroup: number | null = null,
): ParsedDataSet {
  const walk = startWalk(bytes);
  const { view } = walk;
  const dataSet = emptyDataSet(walk, encoding);
  const place: ElementPlace = { limit: bytes.length, encoding, depth: 0, isRead: true };
  let at = start;
  let isPastPixels = false;
  while (at < bytes.length) {
    // What follows the group may be encoded otherwise.
    if (onlyGroup !== null && at + 2 <= bytes.length && view.getUint16(at, true) !== onlyGroup) break;
    if (isZeroFrom(walk, at)) break;
    try {
      const header = headerAt(walk, at, place);
      if (header.tag === SOP_INSTANCE_UID) walk.sopInstanceUid = uidOf(bytes, header);
      at = parseElement(walk, dataSet, header, place);
      if (header.tag === PIXEL_DATA) isPastPixels = true;
    } catch (cause) {
      // Nothing that is read of an image stands behind its pixels; what does is no element, or one cut off.
      const tag = at + 4 <= bytes.length ? tagAt(view, at, encoding) : PIXEL_DATA;
      if (!isPastPixels || (tag !== PIXEL_DATA && READ_GROUPS.has(tag >>> 16))) throw cause;
      break;
    }
  }
  return { dataSet, end: at };
}
