import type { DataSet, Element } from 'dicom-parser';
import { ImagingError } from '../../imaging-error.ts';
import { dictionaryVr } from '../../json/dictionary-vr.ts';
import {
  type ElementHeader,
  type Encoding,
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  tagAt,
  UNDEFINED_LENGTH,
} from '../element-header.ts';
import { count, digitsOf, fault, type ObjectWalk } from '../object-walk.ts';
import { parseFragments } from '../parse-fragments.ts';
import { addElement, emptyDataSet } from './add-element.ts';
import { type ElementPlace, headerAt, PIXEL_DATA, placeWithin } from './element-place.ts';

/** Deeper than any information object nests; keeps recursion in bounds. */
const MAX_DEPTH = 32;
/** PS3.5 6.2.2: how a sequence is written whose VR is not known. */
const IMPLICIT = { explicit: false, littleEndian: true };

/**
 * Adds the element, with all that its value holds, to its data set. Returns where it ends.
 * @throws ImagingError naming the attribute at fault.
 */
export function parseElement(
  walk: ObjectWalk,
  dataSet: DataSet,
  header: ElementHeader,
  place: ElementPlace,
): number {
  const { tag, vr, length, valueAt } = header;
  count(walk, tag);
  if (tag >>> 16 === 0xfffe) throw fault(walk, 'an item or delimiter stands where none belongs', tag);
  const element: Element = { tag: parserTag(tag), length, dataOffset: valueAt };
  if (vr !== null) element.vr = vr;
  let end = valueAt + length;
  if (length === UNDEFINED_LENGTH) {
    end = parseUndefined(walk, element, header, place);
    element.length = end - valueAt;
    element.hadUndefinedLength = true;
  } else {
    if (end > place.limit) throw fault(walk, 'cut off: the value runs past the end', tag);
    const items = definedItems(walk, header, place);
    if (items !== null) element.items = items;
  }
  addElement(walk, dataSet, element, tag, place);
  return end;
}

/** Fills in what a value of undefined length holds. Returns where it ends. */
function parseUndefined(
  walk: ObjectWalk,
  element: Element,
  { tag, vr, valueAt }: ElementHeader,
  place: ElementPlace,
): number {
  // PS3.5 A.4: pixels, also of an icon, and by some writers other bytes, are fragments.
  if (tag === PIXEL_DATA || vr?.startsWith('O')) {
    const { end, ...fragments } = parseFragments(walk, tag, valueAt, place.limit, place.encoding);
    if (tag === PIXEL_DATA) Object.assign(element, { encapsulatedPixelData: true, ...fragments });
    return end;
  }
  if (vr !== null && vr !== 'SQ' && vr !== 'UN')
    throw fault(walk, 'an undefined length where none may be', tag);
  const read = (encoding: Encoding) => {
    const { items, end } = parseItems(walk, tag, valueAt, true, placeWithin(tag, { ...place, encoding }));
    element.items = items;
    return end;
  };
  if (vr === 'SQ' || !place.encoding.explicit) return read(place.encoding);
  // Not every writer keeps to PS3.5 6.2.2.
  try {
    return read(IMPLICIT);
  } catch (cause) {
    if (!(cause instanceof ImagingError)) throw cause;
    return read(place.encoding);
  }
}

/** The items of a value of defined length; null when it is no sequence, or none that is needed. */
function definedItems(
  walk: ObjectWalk,
  { tag, vr, length, valueAt }: ElementHeader,
  place: ElementPlace,
): Element[] | null {
  // What a private sequence holds is nobody's business here, and may break every rule.
  if ((tag >>> 16) % 2 === 1) return null;
  const isKnown = vr !== null && vr !== 'UN';
  if (isKnown && vr !== 'SQ') return null;
  if (!isKnown) {
    if (length < 8 || tagAt(walk.view, valueAt, place.encoding) !== ITEM) return null;
    if (dictionaryVr(digitsOf(tag)) !== 'SQ') return null;
  }
  const encoding = vr === 'UN' ? IMPLICIT : place.encoding;
  return parseItems(
    walk,
    tag,
    valueAt,
    false,
    placeWithin(tag, { ...place, limit: valueAt + length, encoding }),
  ).items;
}

/** `delimited`: the sequence ends at its delimiter, before the limit. */
function parseItems(
  walk: ObjectWalk,
  sequence: number,
  start: number,
  delimited: boolean,
  place: ElementPlace,
): { readonly items: Element[]; readonly end: number } {
  const { limit, encoding, depth } = place;
  if (depth > MAX_DEPTH) throw fault(walk, `sequences nested more than ${MAX_DEPTH} deep`, sequence);
  const items: Element[] = [];
  let at = start;
  while (delimited || at < limit) {
    if (at + 8 > limit) throw fault(walk, 'cut off: the sequence does not end', sequence);
    const tag = tagAt(walk.view, at, encoding);
    const length = walk.view.getUint32(at + 4, encoding.littleEndian);
    at += 8;
    count(walk, sequence);
    if (tag === SEQUENCE_DELIMITATION) {
      if (delimited) return { items, end: pastZeros(walk, at, length, limit) };
      if (at === limit) break;
    }
    // A delimiter after an item of defined length delimits nothing.
    if (tag === ITEM_DELIMITATION && length === 0) continue;
    if (tag !== ITEM) throw fault(walk, 'something other than an item in a sequence', sequence);
    const isDelimited = length === UNDEFINED_LENGTH;
    const itemLimit = isDelimited ? limit : at + length;
    if (itemLimit > limit) throw fault(walk, 'cut off: an item runs past the end of its sequence', sequence);
    const { dataSet, end } = parseItem(walk, sequence, at, isDelimited, { ...place, limit: itemLimit });
    items.push({ tag: 'xfffee000', length: end - at, dataOffset: at, dataSet });
    at = end;
  }
  return { items, end: at };
}

function parseItem(
  walk: ObjectWalk,
  sequence: number,
  start: number,
  delimited: boolean,
  place: ElementPlace,
): { readonly dataSet: DataSet; readonly end: number } {
  const { limit, encoding } = place;
  const dataSet = emptyDataSet(walk, encoding);
  for (let at = start; ; ) {
    if (!delimited && at >= limit) return { dataSet, end: at };
    if (at + 8 > limit) throw fault(walk, 'cut off: an item does not end', sequence);
    const tag = tagAt(walk.view, at, encoding);
    if (tag === ITEM_DELIMITATION && (delimited || at + 8 === limit)) {
      const length = walk.view.getUint32(at + 4, encoding.littleEndian);
      return { dataSet, end: pastZeros(walk, at + 8, length, limit) };
    }
    // The end of the sequence is the end of its last item too.
    if (tag === SEQUENCE_DELIMITATION && delimited) return { dataSet, end: at };
    at = parseElement(walk, dataSet, headerAt(walk, at, place), place);
  }
}

/** A delimiter has no length; where one is written, that many zeros may follow, or nothing. */
function pastZeros({ bytes }: ObjectWalk, at: number, length: number, limit: number): number {
  if (length === 0 || length > 64 || at + length > limit) return at;
  return bytes.subarray(at, at + length).every((byte) => byte === 0) ? at + length : at;
}

/** dicom-parser's way to write a tag. */
function parserTag(tag: number): string {
  return `x${tag.toString(16).padStart(8, '0')}`;
}
