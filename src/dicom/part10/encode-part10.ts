import type { DcmjsDict, DcmjsElement } from 'dcmjs';
import { loadDcmjs } from '../load-dcmjs.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN } from './transfer-syntax.ts';

/** deterministicUid('spinegrade', 'implementation class'). */
const IMPLEMENTATION_CLASS_UID = '2.25.220411077721625433968305197021874803215';
const IMPLEMENTATION_VERSION_NAME = 'SPINEGRADE';

/** A data set keyed by eight upper-case hex digits. Text is written in UTF-8 whatever (0008,0005) says: set ISO_IR 192. */
export type DataSetToEncode = Readonly<Record<string, Readonly<DcmjsElement>>>;

/**
 * Encodes a data set as a Part 10 file (PS3.10 chapter 7) with its file meta information.
 * SOPClassUID (0008,0016) and SOPInstanceUID (0008,0018) are repeated in the meta information.
 * Encapsulated frames are written one fragment each, as RLE Lossless demands (PS3.5 A.4.2).
 * @throws TypeError when the data set lacks its SOP Class or SOP Instance UID.
 */
export function encodePart10(
  dataSet: DataSetToEncode,
  transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN,
): Uint8Array {
  const sopClassUid = dataSet['00080016']?.Value[0];
  const sopInstanceUid = dataSet['00080018']?.Value[0];
  if (typeof sopClassUid !== 'string' || typeof sopInstanceUid !== 'string') {
    throw new TypeError(
      'a data set needs SOPClassUID (0008,0016) and SOPInstanceUID (0008,0018) to be encoded',
    );
  }
  const meta: DcmjsDict = {
    '00020001': { vr: 'OB', Value: [new Uint8Array([0, 1]).buffer] },
    '00020002': { vr: 'UI', Value: [sopClassUid] },
    '00020003': { vr: 'UI', Value: [sopInstanceUid] },
    '00020010': { vr: 'UI', Value: [transferSyntaxUid] },
    '00020012': { vr: 'UI', Value: [IMPLEMENTATION_CLASS_UID] },
    '00020013': { vr: 'SH', Value: [IMPLEMENTATION_VERSION_NAME] },
  };
  const file = new (loadDcmjs().data.DicomDict)(meta);
  file.dict = { ...dataSet };
  return new Uint8Array(file.write({ fragmentMultiframe: false }));
}
