import { ImagingError } from '../imaging-error.ts';
import { elementHeader, looksExplicit, UNDEFINED_LENGTH } from '../part10/element-header.ts';
import { textOf } from '../part10/object-walk.ts';
import { parseMeta } from '../part10/parse-part10.ts';
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN } from '../part10/transfer-syntax.ts';

/** What an object is and which: SOPClassUID (0008,0016) and SOPInstanceUID (0008,0018). */
export interface SopIdentity {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

const [SOP_CLASS_UID, SOP_INSTANCE_UID] = [0x00080016, 0x00080018];

/**
 * Tells what an object is from its first elements, of whatever type it is and however broken behind them; where its
 * data set does not tell (or is deflated), from its file meta information (0002,0002 and 0002,0003).
 * @returns null when the bytes are no Part 10 object, or neither tells.
 */
export function sopIdentity(bytes: Uint8Array): SopIdentity | null {
  let parsed: ReturnType<typeof parseMeta>;
  try {
    parsed = parseMeta(bytes);
  } catch (cause) {
    if (cause instanceof ImagingError) return null;
    throw cause;
  }
  const { meta, metaEnd } = parsed;
  const syntax = (meta.string('x00020010') ?? '').trim();
  const isDeflated = syntax === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const own = isDeflated ? {} : firstUids(bytes, metaEnd, syntax !== EXPLICIT_VR_BIG_ENDIAN);
  const ofMeta = (tag: string) => (meta.string(tag) ?? '').trim();
  const sopClassUid = own.sopClassUid ?? ofMeta('x00020002');
  const sopInstanceUid = own.sopInstanceUid ?? ofMeta('x00020003');
  return sopClassUid === '' || sopInstanceUid === '' ? null : { sopClassUid, sopInstanceUid };
}

function firstUids(bytes: Uint8Array, start: number, littleEndian: boolean): Partial<SopIdentity> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = { explicit: !littleEndian || looksExplicit(view, start), littleEndian };
  const found: { -readonly [Key in keyof SopIdentity]?: SopIdentity[Key] } = {};
  for (let at = start; at < bytes.length; ) {
    const header = elementHeader(view, at, bytes.length, encoding);
    if (header === null || header === 'cut off' || header.length === UNDEFINED_LENGTH) break;
    if (header.tag > SOP_INSTANCE_UID) break;
    at = header.valueAt + header.length;
    if (at > bytes.length) break;
    const value = textOf(bytes, header);
    if (header.tag === SOP_CLASS_UID && value !== '') found.sopClassUid = value;
    if (header.tag === SOP_INSTANCE_UID && value !== '') found.sopInstanceUid = value;
  }
  return found;
}
