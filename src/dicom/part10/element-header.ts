/** How a data set is written (PS3.5 clause 7). */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export interface ElementHeader {
  /** As an unsigned number, group in its upper half. */
  readonly tag: number;
  /** Null where the encoding does not tell, or tells nothing that is a VR. */
  readonly vr: string | null;
  readonly length: number;
  readonly valueAt: number;
}

export const UNDEFINED_LENGTH = 0xffffffff;
export const [ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION] = [0xfffee000, 0xfffee00d, 0xfffee0dd];

/** PS3.5 7.1.2: those with two reserved bytes and a length of 32 bits, and those with a length of 16. */
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const SHORT_VRS = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

/**
 * The header of the element (or item) at a place.
 * In Explicit VR some writers give no VR (`??`, blanks, zeros), one of their own, a length of 16 bits where 32 belong,
 * or an element as in Implicit VR. Toolkits disagree on what these mean, so the length is what fits: the one reading
 * after which an element stands that can follow.
 * @param limit where what is around it ends.
 * @returns 'cut off' where there is no room for one, null where no reading or more than one fits.
 */
export function elementHeader(
  view: DataView,
  at: number,
  limit: number,
  encoding: Encoding,
): ElementHeader | 'cut off' | null {
  const { explicit, littleEndian } = encoding;
  if (at + 8 > limit) return 'cut off';
  const tag = tagAt(view, at, encoding);
  const implicit = { tag, vr: null, length: view.getUint32(at + 4, littleEndian), valueAt: at + 8 };
  if (!explicit || tag >>> 16 === 0xfffe) return implicit;
  const written = vrAt(view, at);
  const short = { tag, vr: written, length: view.getUint16(at + 6, littleEndian), valueAt: at + 8 };
  if (SHORT_VRS.has(written)) return short;
  const isKnown = LONG_VRS.has(written);
  if (isKnown && at + 12 > limit) return 'cut off';
  const vr = isKnown ? written : null;
  const readings = [{ ...short, vr }];
  if (at + 12 <= limit) {
    const long = { tag, vr, length: view.getUint32(at + 8, littleEndian), valueAt: at + 12 };
    // The two bytes after such a VR are reserved and zero.
    if (isKnown && short.length === 0) return long;
    readings.push(long);
  }
  if (!isKnown) readings.push(implicit);
  const fitting = readings.filter((reading) =>
    canBeFollowed(view, reading, limit, encoding, written, reading === implicit),
  );
  const [first, ...others] = fitting;
  if (first === undefined || others.some((other) => endOf(other) !== endOf(first))) return null;
  return first;
}

const endOf = ({ valueAt, length }: ElementHeader) => valueAt + length;

/** Whether what stands after the element, read so, can follow it: its VR is one, or as odd as the element's own. */
function canBeFollowed(
  view: DataView,
  reading: ElementHeader,
  limit: number,
  encoding: Encoding,
  written: string,
  isImplicit: boolean,
): boolean {
  if (reading.length === UNDEFINED_LENGTH) {
    const { valueAt } = reading;
    if (valueAt + 8 > limit) return false;
    return [ITEM, SEQUENCE_DELIMITATION].includes(tagAt(view, valueAt, encoding));
  }
  const next = endOf(reading);
  if (next === limit) return true;
  if (next + 8 > limit) return false;
  const tag = tagAt(view, next, encoding);
  if (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) return true;
  // The elements of a data set stand in the order of their tags (PS3.5 7.1).
  if (tag <= reading.tag || tag >>> 16 === 0xfffe) return false;
  const vr = vrAt(view, next);
  if (SHORT_VRS.has(vr) || LONG_VRS.has(vr) || vr === written) return true;
  if (!isImplicit) return false;
  const length = view.getUint32(next + 4, encoding.littleEndian);
  return next + 8 + length <= limit || length === UNDEFINED_LENGTH;
}

/** Whether an element of Explicit VR stands there, by its VR. */
export function looksExplicit(view: DataView, at: number): boolean {
  if (at + 8 > view.byteLength) return false;
  const vr = vrAt(view, at);
  return SHORT_VRS.has(vr) || LONG_VRS.has(vr);
}

export function tagAt(view: DataView, at: number, { littleEndian }: Encoding): number {
  return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
}

function vrAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
}
