import type { Fragment } from 'dicom-parser';
import { type Encoding, ITEM, SEQUENCE_DELIMITATION, tagAt, UNDEFINED_LENGTH } from './element-header.ts';
import { count, fault, type ObjectWalk } from './object-walk.ts';

export interface ParsedFragments {
  readonly fragments: Fragment[];
  readonly basicOffsetTable: number[];
  /** Behind the sequence delimiter. */
  readonly end: number;
}

/**
 * The fragments of a value (PS3.5 A.4): items of defined length up to a sequence delimiter, of which the first is the
 * basic offset table. Offsets count from the first fragment's item.
 * @throws ImagingError naming the attribute when they do not end before `limit`.
 */
export function parseFragments(
  walk: ObjectWalk,
  of: number,
  start: number,
  limit: number,
  encoding: Encoding,
): ParsedFragments {
  const fragments: Fragment[] = [];
  let basicOffsetTable: number[] | null = null;
  let first = start;
  for (let at = start; ; ) {
    if (at + 8 > limit) throw fault(walk, 'cut off: the fragments do not end', of);
    const tag = tagAt(walk.view, at, encoding);
    const length = walk.view.getUint32(at + 4, encoding.littleEndian);
    if (tag === SEQUENCE_DELIMITATION) {
      return { fragments, basicOffsetTable: basicOffsetTable ?? [], end: at + 8 };
    }
    if (tag !== ITEM) throw fault(walk, 'something other than a fragment in encapsulated PixelData', of);
    const position = at + 8;
    if (length === UNDEFINED_LENGTH || position + length > limit) {
      throw fault(walk, 'cut off: a fragment runs past the end', of);
    }
    count(walk, of);
    if (basicOffsetTable === null) {
      basicOffsetTable = offsets(walk, position, length, encoding);
      first = position + length;
    } else fragments.push({ offset: at - first, position, length });
    at = position + length;
  }
}

function offsets({ view }: ObjectWalk, at: number, length: number, { littleEndian }: Encoding): number[] {
  return Array.from({ length: Math.floor(length / 4) }, (_, i) => view.getUint32(at + 4 * i, littleEndian));
}
