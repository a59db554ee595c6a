import { type DataSetToEncode, encodePart10 } from './encode-part10.ts';
import type { SlicePlane } from './volume.ts';

const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
const MAX_12_BIT = 4095;

/** What an MR image says of itself beside its pixels and plane. */
export interface MrImageAttributes {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly studyId: string;
  readonly accessionNumber: string;
  /** DA and TM: YYYYMMDD and HHMMSS. */
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly manufacturer: string;
  readonly manufacturerModelName: string;
  readonly softwareVersions: string;
  readonly repetitionTimeMs: number;
  readonly echoTimeMs: number;
  /** Null unless the sequence is an inversion recovery. */
  readonly inversionTimeMs: number | null;
  readonly echoTrainLength: number;
  readonly sliceThicknessMm: number;
  readonly spacingBetweenSlicesMm: number;
}

/**
 * A classic MR Image Storage object (PS3.3 A.4), Explicit VR Little Endian: a 2D spin echo of the lumbar spine,
 * supine head first, 12 of 16 bits unsigned. Values are rounded, those outside 0 … 4095 cut off.
 * The same arguments give the same bytes.
 * @param pixels plane.rows × plane.columns, row-major
 */
export function writeMrImage(
  plane: SlicePlane,
  pixels: Float32Array,
  attributes: MrImageAttributes,
): Uint8Array {
  const stored = new Uint16Array(pixels.length);
  let largest = 1;
  for (let i = 0; i < pixels.length; i++) {
    const value = Math.min(MAX_12_BIT, Math.max(0, Math.round(pixels[i]!)));
    stored[i] = value;
    if (value > largest) largest = value;
  }
  return encodePart10({
    ...identity(attributes),
    ...acquisition(attributes),
    ...geometry(plane),
    ...imagePixel(plane, stored, largest),
  });
}

/** Patient, General Study, General Series, Frame of Reference, General Equipment and SOP Common modules. */
function identity(attributes: MrImageAttributes): DataSetToEncode {
  return {
    '00080005': text('CS', 'ISO_IR 192'),
    '00080016': text('UI', MR_IMAGE_STORAGE),
    '00080018': text('UI', attributes.sopInstanceUid),
    '00080020': text('DA', attributes.studyDate),
    '00080021': text('DA', attributes.studyDate),
    '00080023': text('DA', attributes.studyDate),
    '00080030': text('TM', attributes.studyTime),
    '00080031': text('TM', attributes.studyTime),
    '00080033': text('TM', attributes.studyTime),
    '00080050': text('SH', attributes.accessionNumber),
    '00080060': text('CS', 'MR'),
    '00080070': text('LO', attributes.manufacturer),
    '00080090': text('PN'),
    '00081030': text('LO', attributes.studyDescription),
    '0008103E': text('LO', attributes.seriesDescription),
    '00081090': text('LO', attributes.manufacturerModelName),
    '00100010': text('PN', attributes.patientName),
    '00100020': text('LO', attributes.patientId),
    '00100030': text('DA'),
    '00100040': text('CS', 'O'),
    '00180015': text('CS', 'LSPINE'),
    '00181020': text('LO', attributes.softwareVersions),
    '00185100': text('CS', 'HFS'),
    '0020000D': text('UI', attributes.studyInstanceUid),
    '0020000E': text('UI', attributes.seriesInstanceUid),
    '00200010': text('SH', attributes.studyId),
    '00200011': text('IS', String(attributes.seriesNumber)),
    '00200013': text('IS', String(attributes.instanceNumber)),
    '00200052': text('UI', attributes.frameOfReferenceUid),
    '00201040': text('LO'),
  };
}

/** General Image and MR Image modules (PS3.3 C.7.6.1, C.8.3.1). */
function acquisition(attributes: MrImageAttributes): DataSetToEncode {
  const inversion = attributes.inversionTimeMs;
  return {
    '00080008': text('CS', 'ORIGINAL', 'PRIMARY', 'OTHER'),
    '00180020': inversion === null ? text('CS', 'SE') : text('CS', 'SE', 'IR'),
    '00180021': text('CS', 'SK'),
    '00180022': text('CS'),
    '00180023': text('CS', '2D'),
    '00180050': decimals(attributes.sliceThicknessMm),
    '00180080': decimals(attributes.repetitionTimeMs),
    '00180081': decimals(attributes.echoTimeMs),
    ...(inversion === null ? {} : { '00180082': decimals(inversion) }),
    '00180087': decimals(1.5),
    '00180088': decimals(attributes.spacingBetweenSlicesMm),
    '00180091': text('IS', String(attributes.echoTrainLength)),
    '00200012': text('IS', '1'),
  };
}

/** Image Plane module (PS3.3 C.7.6.2). */
function geometry(plane: SlicePlane): DataSetToEncode {
  return {
    '00200032': decimals(...plane.originMm),
    '00200037': decimals(...plane.rowDirection, ...plane.columnDirection),
    '00280030': decimals(plane.rowSpacingMm, plane.columnSpacingMm),
  };
}

/** Image Pixel and VOI LUT modules (PS3.3 C.7.6.3, C.11.2). */
function imagePixel(plane: SlicePlane, stored: Uint16Array, largest: number): DataSetToEncode {
  const bright = percentile(stored, 0.995);
  return {
    '00280002': short(1),
    '00280004': text('CS', 'MONOCHROME2'),
    '00280010': short(plane.rows),
    '00280011': short(plane.columns),
    '00280100': short(16),
    '00280101': short(12),
    '00280102': short(11),
    '00280103': short(0),
    '00280106': short(stored.reduce((least, value) => Math.min(least, value), MAX_12_BIT)),
    '00280107': short(largest),
    '00281050': decimals(Math.round(bright / 2)),
    '00281051': decimals(bright),
    '7FE00010': { vr: 'OW', Value: [stored.buffer] },
  };
}

/** The value below which the given share of the pixels lies, at least 1. */
function percentile(stored: Uint16Array, share: number): number {
  const counts = new Uint32Array(MAX_12_BIT + 1);
  for (const value of stored) counts[value]!++;
  let left = share * stored.length;
  const at = counts.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return Math.max(1, at);
}

function text(vr: string, ...values: readonly string[]) {
  return { vr, Value: values };
}

function short(value: number) {
  return { vr: 'US', Value: [value] };
}

/** DS holds at most 16 characters (PS3.5 6.2). */
function decimals(...values: readonly number[]) {
  return text('DS', ...values.map(decimal));
}

function decimal(value: number): string {
  if (Math.abs(value) < 1e-9) return '0';
  for (let digits = 12; digits > 1; digits--) {
    const written = String(Number(value.toPrecision(digits)));
    if (written.length <= 16) return written;
  }
  return '0';
}
