import { parsePart10 } from '../dicom/part10/parse-part10.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/part10/transfer-syntax.ts';
import type { ResultUids } from './result-uids.ts';

/** Tag, VR and length of 16 bits (PS3.5 7.1.2). */
const HEADER_BYTES = 8;

/**
 * The same object, in Explicit VR Little Endian, under other UIDs. Nothing else in an object of ours names them.
 * @throws TypeError when the object is in another transfer syntax or lacks one of them.
 */
export function underUids(bytes: Uint8Array, uids: ResultUids): Uint8Array {
  const dataSet = parsePart10(bytes);
  if ((dataSet.string('x00020010') ?? '').trim() !== EXPLICIT_VR_LITTLE_ENDIAN) {
    throw new TypeError('only an object in Explicit VR Little Endian gets other UIDs');
  }
  const changes = [
    ['x00020003', uids.sopInstanceUid],
    ['x00080018', uids.sopInstanceUid],
    ['x0020000e', uids.seriesInstanceUid],
  ] as const;
  const pieces: Uint8Array[] = [];
  let done = 0;
  let metaGrowth = 0;
  for (const [tag, uid] of changes) {
    const element = dataSet.elements[tag];
    if (element === undefined) throw new TypeError(`an object without ${tag} gets no other UIDs`);
    const header = Buffer.from(bytes.subarray(element.dataOffset - HEADER_BYTES, element.dataOffset));
    // PS3.5 6.2: UIDs are padded with NUL to even length.
    const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1');
    header.writeUInt16LE(value.length, HEADER_BYTES - 2);
    pieces.push(bytes.subarray(done, element.dataOffset - HEADER_BYTES), header, value);
    done = element.dataOffset + element.length;
    if (tag.startsWith('x0002')) metaGrowth += value.length - element.length;
  }
  const result = Buffer.concat([...pieces, bytes.subarray(done)]);
  const groupLength = dataSet.elements['x00020000'];
  if (groupLength !== undefined) {
    const at = groupLength.dataOffset;
    result.writeUInt32LE(result.readUInt32LE(at) + metaGrowth, at);
  }
  return new Uint8Array(result);
}
