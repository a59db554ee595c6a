import { ImagingError } from '../imaging-error.ts';
import type { DicomJson } from '../json/dicom-json.ts';
import { numberValue, textValue, textValues } from '../json/dicom-json-values.ts';
import { type DataSetToEncode, encodePart10 } from '../part10/encode-part10.ts';
import { headerJson, parsePart10 } from '../part10/parse-part10.ts';
import {
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  transferSyntaxName,
} from '../part10/transfer-syntax.ts';
import { MR_IMAGE_STORAGE } from '../sop-classes.ts';
import { type EncodedPixels, encodedPixels } from './read-instance.ts';

/** What the challenge's files lack or get wrong. */
export interface RsnaImageIdentity {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string;
  /** The challenge's study number: becomes PatientID, StudyID and AccessionNumber. */
  readonly studyId: string;
  /** DA: YYYYMMDD. */
  readonly studyDate: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  /** In place of the file's own; null keeps that. */
  readonly seriesDescription: string | null;
}

/** Kept as they are where the source has them: geometry, acquisition times, window. */
const KEPT_DECIMALS =
  '00180050 00180080 00180081 00180082 00180087 00180088 00200032 00200037 00201041 00280030 00281050 00281051';
const KEPT_UNSIGNED_SHORTS = '00280010 00280011 00280100 00280101 00280102 00280103';

/**
 * Rewrites one image of the RSNA 2024 challenge as a conforming MR Image Storage object (PS3.3 A.4). Geometry and
 * pixels stay as they are, compressed ones bit for bit; what the challenge removed is left empty where the
 * standard lets it be (type 2) and given its least committal legal value where not (type 1).
 * The same input gives the same bytes.
 * @throws ImagingError when the file is no readable image or is big-endian.
 */
export function conformRsnaImage(bytes: Uint8Array, identity: RsnaImageIdentity): Uint8Array {
  const source = parsePart10(bytes);
  const json = headerJson(source);
  const sourceUid = textValue(json, '00080018') ?? identity.sopInstanceUid;
  const transferSyntaxUid = (source.string('x00020010') ?? '').trim();
  if (transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN) {
    throw new ImagingError(`${transferSyntaxName(transferSyntaxUid)} cannot be imported`, {
      sopInstanceUid: sourceUid,
      tag: '(0002,0010)',
    });
  }
  const pixels = encodedPixels(source, sourceUid);
  return encodePart10(
    {
      ...identifyingAttributes(json, identity),
      ...acquisitionAttributes(json),
      ...imageAttributes(json),
      '7FE00010': pixelElement(pixels),
    },
    pixels.kind === 'encapsulated' ? transferSyntaxUid : EXPLICIT_VR_LITTLE_ENDIAN,
  );
}

/** Patient, General Study, General Series, Frame of Reference, General Equipment and SOP Common modules. */
function identifyingAttributes(json: DicomJson, identity: RsnaImageIdentity): DataSetToEncode {
  return {
    '00080005': element('CS', 'ISO_IR 192'),
    '00080016': element('UI', MR_IMAGE_STORAGE),
    '00080018': element('UI', identity.sopInstanceUid),
    '00080020': element('DA', identity.studyDate),
    '00080030': element('TM', '000000'),
    '00080050': element('SH', identity.studyId),
    '00080060': element('CS', 'MR'),
    '00080070': element('LO'),
    '00080090': element('PN'),
    '0008103E': element('LO', identity.seriesDescription ?? textValue(json, '0008103E') ?? ''),
    '00100010': element('PN', `RSNA^${identity.studyId}`),
    '00100020': element('LO', identity.studyId),
    '00100030': element('DA'),
    '00100040': element('CS'),
    '00180015': element('CS', 'LSPINE'),
    '0020000D': element('UI', identity.studyInstanceUid),
    '0020000E': element('UI', identity.seriesInstanceUid),
    '00200010': element('SH', identity.studyId),
    '00200011': element('IS', String(identity.seriesNumber)),
    '00200013': element('IS', String(identity.instanceNumber)),
    '00200052': element('UI', identity.frameOfReferenceUid),
    '00201040': element('LO'),
  };
}

/** General Image and MR Image modules (PS3.3 C.7.6.1, C.8.3.1), as far as they tell how the image was taken. */
function acquisitionAttributes(json: DicomJson): DataSetToEncode {
  return {
    '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'OTHER'),
    // The challenge does not tell the pulse sequence; RM, research mode, claims none.
    '00180020': element('CS', 'RM'),
    '00180021': element('CS', 'NONE'),
    '00180022': element('CS'),
    '00180023': element('CS', '2D'),
    '00180080': element('DS'),
    '00180081': element('DS'),
    '00180091': element('IS'),
    ...kept(json, KEPT_DECIMALS, 'DS', decimal),
    '00185100': element('CS', textValue(json, '00185100') ?? 'HFS'),
  };
}

/** Image Pixel module (PS3.3 C.7.6.3). */
function imageAttributes(json: DicomJson): DataSetToEncode {
  const shorts = Object.fromEntries(
    KEPT_UNSIGNED_SHORTS.split(' ').map((tag) => [tag, { vr: 'US', Value: [numberValue(json, tag) ?? 0] }]),
  );
  return {
    '00280002': { vr: 'US', Value: [1] },
    '00280004': element('CS', textValue(json, '00280004') ?? 'MONOCHROME2'),
    ...shorts,
  };
}

function kept(json: DicomJson, tags: string, vr: string, format: (text: string) => string): DataSetToEncode {
  const present = tags.split(' ').filter((tag) => textValues(json, tag).length > 0);
  return Object.fromEntries(present.map((tag) => [tag, element(vr, ...textValues(json, tag).map(format))]));
}

function element(vr: string, ...values: readonly string[]): { vr: string; Value: readonly string[] } {
  return { vr, Value: values };
}

/** DS holds at most 16 characters (PS3.5 6.2); longer text is rounded to fit. */
function decimal(text: string): string {
  if (text.length <= 16) return text;
  const value = Number(text);
  const shorter = Array.from({ length: 16 }, (_, index) => String(Number(value.toPrecision(16 - index))));
  return shorter.find((candidate) => candidate.length <= 16) ?? '0';
}

function pixelElement(pixels: EncodedPixels) {
  return pixels.kind === 'encapsulated'
    ? { vr: 'OB', Value: [exactBuffer(Buffer.concat(pixels.fragments))] }
    : { vr: pixels.vr, Value: [exactBuffer(pixels.bytes)] };
}

/** dcmjs writes the whole ArrayBuffer, whatever part of it a view shows. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
