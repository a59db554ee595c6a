import dicomParser, { type ByteArrayParser, type DataSet, type Element } from 'dicom-parser';
import { ImagingError } from '../imaging-error.ts';
import { dictionaryVr } from '../json/dictionary-vr.ts';
import {
  type ElementHeader,
  type Encoding,
  elementHeader,
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  tagAt,
  UNDEFINED_LENGTH,
} from './element-header.ts';
import { count, digitsOf, fault, isZeroFrom, type ObjectWalk, startWalk, uidOf } from './object-walk.ts';
import { parseFragments } from './parse-fragments.ts';

export interface ParsedDataSet {
  readonly dataSet: DataSet;
  /** Where the elements end: the end of the bytes, what follows the data set, or the first element of another group. */
  readonly end: number;
}

/** Deeper than any information object nests; keeps recursion in bounds. */
const MAX_DEPTH = 32;

const [PIXEL_DATA, SOP_INSTANCE_UID] = [0x7fe00010, 0x00080018];
/** Groups of what is read of an image; 5200: Shared and Per-Frame Functional Groups. */
const READ_GROUPS = new Set([0x0002, 0x0008, 0x0018, 0x0020, 0x0028, 0x5200, 0x7fe0]);
/** PS3.5 6.2.2: how a sequence is written whose VR is not known. */
const IMPLICIT = { explicit: false, littleEndian: true };

/** dicom-parser's types leave the class out. */
const DataSetClass = (dicomParser as unknown as { readonly DataSet: DataSetConstructor }).DataSet;
type DataSetConstructor = new (
  parser: ByteArrayParser,
  bytes: Uint8Array,
  elements: DataSet['elements'],
) => DataSet;

/** Where elements stand: within which bytes, how deep in sequences, and whether the image is described by them. */
interface Place {
  readonly limit: number;
  readonly encoding: Encoding;
  readonly depth: number;
  readonly isRead: boolean;
}

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
  const place: Place = { limit: bytes.length, encoding, depth: 0, isRead: true };
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

function emptyDataSet({ bytes }: ObjectWalk, { littleEndian }: Encoding): DataSet {
  const { littleEndianByteArrayParser, bigEndianByteArrayParser } = dicomParser;
  return new DataSetClass(littleEndian ? littleEndianByteArrayParser : bigEndianByteArrayParser, bytes, {});
}

/** Adds the element to its data set. Returns where it ends. */
function parseElement(walk: ObjectWalk, dataSet: DataSet, header: ElementHeader, place: Place): number {
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
  add(walk, dataSet, element, tag, place);
  return end;
}

/** Fills in what a value of undefined length holds. Returns where it ends. */
function parseUndefined(
  walk: ObjectWalk,
  element: Element,
  { tag, vr, valueAt }: ElementHeader,
  place: Place,
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
    const { items, end } = parseItems(walk, tag, valueAt, true, inner(tag, { ...place, encoding }));
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
  place: Place,
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
  return parseItems(walk, tag, valueAt, false, inner(tag, { ...place, limit: valueAt + length, encoding }))
    .items;
}

function inner(tag: number, place: Place): Place {
  const isRead = place.isRead && (place.depth > 0 || tag >>> 16 === 0x5200);
  return { ...place, depth: place.depth + 1, isRead };
}

/** `delimited`: the sequence ends at its delimiter, before the limit. */
function parseItems(
  walk: ObjectWalk,
  sequence: number,
  start: number,
  delimited: boolean,
  place: Place,
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
  place: Place,
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

/**
 * Toolkits differ in which of two they keep; where it matters and they differ, neither is believed.
 * @throws ImagingError naming the attribute.
 */
function add(walk: ObjectWalk, dataSet: DataSet, element: Element, tag: number, { isRead }: Place): void {
  const before = dataSet.elements[element.tag];
  if (before === undefined) {
    dataSet.elements[element.tag] = element;
    return;
  }
  const isSequence = element.items !== undefined && tag >>> 16 !== 0x5200;
  if (!isRead || isSequence || !READ_GROUPS.has(tag >>> 16) || tag % 0x10000 === 0) return;
  const bytesOf = ({ dataOffset, length }: Element) => walk.bytes.subarray(dataOffset, dataOffset + length);
  if (Buffer.compare(bytesOf(before), bytesOf(element)) !== 0) {
    throw fault(walk, 'the attribute stands twice, with different values', tag);
  }
}

function headerAt(walk: ObjectWalk, at: number, { limit, encoding }: Place): ElementHeader {
  const header = elementHeader(walk.view, at, limit, encoding);
  if (header === 'cut off') throw fault(walk, 'cut off within an element', null);
  if (header === null) {
    throw fault(walk, 'the value representation is missing', tagAt(walk.view, at, encoding));
  }
  return header;
}

/** dicom-parser's way to write a tag. */
function parserTag(tag: number): string {
  return `x${tag.toString(16).padStart(8, '0')}`;
}
