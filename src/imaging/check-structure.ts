import { isUid } from '../domain/uid.ts';
import { ImagingError } from './imaging-error.ts';

/** How a data set is written (PS3.5 clause 7). */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export interface CheckedStructure {
  /** Where the elements end: the end of the bytes unless they were to be of one group only. */
  readonly end: number;
  /** Where VRs of 64-bit integers (OV, SV, UV) stand. */
  readonly longIntegerVrs: readonly number[];
}

/** Deeper than any information object nests; keeps recursion and reader in bounds. */
const MAX_DEPTH = 32;
/** Ten times a multi-frame MR object of a thousand frames. */
const MAX_ELEMENTS = 500_000;

const UNDEFINED_LENGTH = 0xffffffff;
const [ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION] = [0xfffee000, 0xfffee00d, 0xfffee0dd];
const [PIXEL_DATA, SOP_INSTANCE_UID] = [0x7fe00010, 0x00080018];
/** PS3.5 7.1.2: those with two reserved bytes and a length of 32 bits. */
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const LONG_INTEGER_VRS = new Set(['OV', 'SV', 'UV']);

interface Walk {
  readonly view: DataView;
  readonly longIntegerVrs: number[];
  elements: number;
  sopInstanceUid: string | null;
}

interface ElementHeader {
  readonly tag: number;
  /** Null where the encoding does not tell. */
  readonly vr: string | null;
  readonly length: number;
  readonly valueAt: number;
}

/**
 * Walks over all elements of a data set without keeping any: every length lies within what is around it, items and
 * delimiters stand where they belong, and there is a limit to depth and number. What passes can be parsed in bounded
 * time and memory.
 * @param onlyGroup stops at the first element of another group.
 * @throws ImagingError naming the attribute at fault, and the instance once its UID has been seen.
 */
export function checkStructure(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  onlyGroup: number | null = null,
): CheckedStructure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const walk: Walk = { view, longIntegerVrs: [], elements: 0, sopInstanceUid: null };
  let at = start;
  while (at < bytes.length) {
    // What follows the group may be encoded otherwise.
    if (onlyGroup !== null && at + 2 <= bytes.length && view.getUint16(at, true) !== onlyGroup) break;
    const header = elementHeader(walk, at, bytes.length, encoding);
    if (header.tag === SOP_INSTANCE_UID) walk.sopInstanceUid = uidOf(bytes, header);
    at = skipElement(walk, header, bytes.length, encoding, 0);
  }
  return { end: at, longIntegerVrs: walk.longIntegerVrs };
}

/** Where the element ends. */
function skipElement(
  walk: Walk,
  header: ElementHeader,
  limit: number,
  encoding: Encoding,
  depth: number,
): number {
  const { tag, vr, length, valueAt } = header;
  count(walk, tag);
  if (tag >>> 16 === 0xfffe) throw fault(walk, 'an item or delimiter stands where none belongs', tag);
  if (length === UNDEFINED_LENGTH) {
    if (tag === PIXEL_DATA && depth === 0) return skipFragments(walk, valueAt, limit, encoding);
    if (vr !== null && vr !== 'SQ' && vr !== 'UN')
      throw fault(walk, 'an undefined length where none may be', tag);
    // PS3.5 6.2.2: a sequence whose VR is not known is written as in implicit VR little endian.
    const within = vr === 'UN' ? { explicit: false, littleEndian: true } : encoding;
    return skipItems(walk, tag, valueAt, limit, true, within, depth + 1);
  }
  const end = valueAt + length;
  if (end > limit) throw fault(walk, 'cut off: the value runs past the end', tag);
  const isSequence = vr === 'SQ' || (vr === null && length >= 8 && tagAt(walk, valueAt, encoding) === ITEM);
  if (isSequence) skipItems(walk, tag, valueAt, end, false, encoding, depth + 1);
  return end;
}

function count(walk: Walk, tag: number): void {
  walk.elements++;
  if (walk.elements > MAX_ELEMENTS) {
    throw fault(walk, `more than ${MAX_ELEMENTS} elements, items and fragments`, tag);
  }
}

/** Where the sequence ends; `delimited`: at its delimiter, before the limit. */
function skipItems(
  walk: Walk,
  sequence: number,
  start: number,
  limit: number,
  delimited: boolean,
  encoding: Encoding,
  depth: number,
): number {
  if (depth > MAX_DEPTH) throw fault(walk, `sequences nested more than ${MAX_DEPTH} deep`, sequence);
  let at = start;
  while (delimited || at < limit) {
    if (at + 8 > limit) throw fault(walk, 'cut off: the sequence does not end', sequence);
    const tag = tagAt(walk, at, encoding);
    const length = walk.view.getUint32(at + 4, encoding.littleEndian);
    at += 8;
    if (tag === SEQUENCE_DELIMITATION && delimited) return at;
    if (tag !== ITEM) throw fault(walk, 'something other than an item in a sequence', sequence);
    count(walk, sequence);
    const end = length === UNDEFINED_LENGTH ? limit : at + length;
    if (end > limit) throw fault(walk, 'cut off: an item runs past the end of its sequence', sequence);
    for (;;) {
      if (length !== UNDEFINED_LENGTH && at >= end) break;
      if (at + 8 > end) throw fault(walk, 'cut off: an item does not end', sequence);
      if (length === UNDEFINED_LENGTH && tagAt(walk, at, encoding) === ITEM_DELIMITATION) {
        at += 8;
        break;
      }
      at = skipElement(walk, elementHeader(walk, at, end, encoding), end, encoding, depth);
    }
  }
  return at;
}

/** PS3.5 A.4: items of defined length up to a sequence delimiter. */
function skipFragments(walk: Walk, start: number, limit: number, encoding: Encoding): number {
  for (let at = start; ; ) {
    if (at + 8 > limit) throw fault(walk, 'cut off: the fragments do not end', PIXEL_DATA);
    const tag = tagAt(walk, at, encoding);
    const length = walk.view.getUint32(at + 4, encoding.littleEndian);
    at += 8;
    if (tag === SEQUENCE_DELIMITATION) return at;
    if (tag !== ITEM)
      throw fault(walk, 'something other than a fragment in encapsulated PixelData', PIXEL_DATA);
    if (length === UNDEFINED_LENGTH || at + length > limit) {
      throw fault(walk, 'cut off: a fragment runs past the end', PIXEL_DATA);
    }
    count(walk, PIXEL_DATA);
    at += length;
  }
}

function elementHeader(
  walk: Walk,
  at: number,
  limit: number,
  { explicit, littleEndian }: Encoding,
): ElementHeader {
  const { view } = walk;
  if (at + 8 > limit) throw fault(walk, 'cut off within an element', null);
  const tag = tagAt(walk, at, { explicit, littleEndian });
  if (!explicit || tag >>> 16 === 0xfffe) {
    return { tag, vr: null, length: view.getUint32(at + 4, littleEndian), valueAt: at + 8 };
  }
  const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
  if (!/^[A-Z]{2}$/.test(vr)) throw fault(walk, 'the value representation is missing', tag);
  if (!LONG_VRS.has(vr)) {
    return { tag, vr, length: view.getUint16(at + 6, littleEndian), valueAt: at + 8 };
  }
  if (at + 12 > limit) throw fault(walk, 'cut off within an element', tag);
  if (LONG_INTEGER_VRS.has(vr)) walk.longIntegerVrs.push(at + 4);
  return { tag, vr, length: view.getUint32(at + 8, littleEndian), valueAt: at + 12 };
}

/** As an unsigned number, group in its upper half. */
function tagAt({ view }: Walk, at: number, { littleEndian }: Encoding): number {
  return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
}

/** Only what is a UID is repeated in messages. */
function uidOf(bytes: Uint8Array, { valueAt, length }: ElementHeader): string | null {
  const text = Buffer.from(bytes.subarray(valueAt, valueAt + Math.min(length, 65)))
    .toString('latin1')
    .replace(/(?<![\0 ])[\0 ]+$/, '');
  return isUid(text) ? text : null;
}

function fault({ sopInstanceUid }: Walk, problem: string, tag: number | null): ImagingError {
  const digits = tag?.toString(16).padStart(8, '0').toUpperCase();
  const name = digits === undefined ? null : `(${digits.slice(0, 4)},${digits.slice(4)})`;
  return new ImagingError(problem, { sopInstanceUid, tag: name });
}
