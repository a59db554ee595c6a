import type { DataSet } from 'dicom-parser';
import { ImagingError } from '../imaging-error.ts';
import type { DicomJson } from '../json/dicom-json.ts';
import { numberValue, textValue } from '../json/dicom-json-values.ts';
import { headerJson, parsePart10 } from '../part10/parse-part10.ts';
import { frameDataSets, isMultiFrame } from './functional-groups.ts';
import { headerFromJson, type ImageHeader } from './image-header.ts';
import { type PatientIdentity, patientIdentity, patientJson } from './patient-identity.ts';

/** dicom-parser's way to write (7FE0,0010). */
const PIXEL_DATA = 'x7fe00010';
const EXTENDED_OFFSET_TABLE = 'x7fe00001';

/** How one pixel cell is laid out (PS3.5 8.1.1, PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  /** PixelRepresentation 1: two's complement. */
  readonly signed: boolean;
  /** Stored values from PixelPaddingValue to PixelPaddingRangeLimit; null where nothing is padding. */
  readonly padding: readonly [from: number, to: number] | null;
}

/** PixelData as it lies in the object: views, not copies. */
export type EncodedPixels =
  | { readonly kind: 'native'; readonly vr: 'OB' | 'OW'; readonly bytes: Uint8Array }
  | EncapsulatedPixels;

export interface EncapsulatedPixels {
  readonly kind: 'encapsulated';
  readonly fragments: readonly Uint8Array[];
  /** Of each fragment's item from the first one's, as offset tables count. */
  readonly fragmentOffsets: readonly number[];
  /** Offsets of the frames by the basic offset table (PS3.5 A.4); empty where that is. */
  readonly basicOffsets: readonly number[];
  /** Offsets of the frames by ExtendedOffsetTable (7FE0,0001); empty where there is none. */
  readonly extendedOffsets: readonly number[];
}

/** One object; encodedFrames gives its frames. */
export interface Instance {
  /** Of a multi-frame object the first frame's. */
  readonly header: ImageHeader;
  /** The data set of each frame, functional groups resolved; one for a single-frame object. */
  readonly frames: readonly DicomJson[];
  readonly transferSyntaxUid: string;
  readonly pixelFormat: PixelFormat;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly pixels: EncodedPixels;
  readonly patient: PatientIdentity;
}

/**
 * Reads one image from its Part 10 bytes, without decoding its pixels.
 * @throws ImagingError when the bytes are no whole DICOM image, naming the attribute at fault.
 */
export function readInstance(bytes: Uint8Array): Instance {
  const dataSet = parsePart10(bytes);
  const whole = headerJson(dataSet);
  const frames = frameDataSets(whole);
  const json = frames[0] ?? whole;
  const header = headerFromJson(json, isMultiFrame(whole) ? 1 : null);
  return {
    header,
    frames,
    transferSyntaxUid: (dataSet.string('x00020010') ?? '').trim(),
    pixelFormat: pixelFormat(json, header.sopInstanceUid),
    ...rescale(json),
    pixels: encodedPixels(dataSet, header.sopInstanceUid),
    patient: patientIdentity(patientJson(dataSet)),
  };
}

function pixelFormat(json: DicomJson, sopInstanceUid: string): PixelFormat {
  const bitsAllocated = numberOrNothing(json, '00280100');
  if (bitsAllocated === null) {
    throw new ImagingError('BitsAllocated is missing', { sopInstanceUid, tag: '(0028,0100)' });
  }
  const bitsStored = numberOrNothing(json, '00280101') ?? bitsAllocated;
  const signed = numberOrNothing(json, '00280103') === 1;
  const paddingFrom = numberOrNothing(json, '00280120');
  const asStored = (value: number) => (signed && value >= 0x8000 ? value - 0x10000 : value);
  return {
    samplesPerPixel: numberOrNothing(json, '00280002') ?? 1,
    photometricInterpretation: textValue(json, '00280004') ?? 'MONOCHROME2',
    bitsAllocated,
    bitsStored,
    highBit: numberOrNothing(json, '00280102') ?? bitsStored - 1,
    signed,
    padding:
      paddingFrom === null
        ? null
        : [asStored(paddingFrom), asStored(numberOrNothing(json, '00280121') ?? paddingFrom)],
  };
}

/**
 * RescaleSlope (0028,1053) and RescaleIntercept (0028,1052) of an image or a frame.
 * @throws ImagingError when either is there and no number, or the slope is 0.
 */
export function rescale(json: DicomJson): Pick<Instance, 'rescaleSlope' | 'rescaleIntercept'> {
  const rescaleSlope = numberOrNothing(json, '00281053') ?? 1;
  if (rescaleSlope === 0) throw pixelAttributeError(json, '00281053', 'RescaleSlope is 0');
  return { rescaleSlope, rescaleIntercept: numberOrNothing(json, '00281052') ?? 0 };
}

/** Null when the attribute is absent or empty. @throws ImagingError when it is there and no number. */
function numberOrNothing(json: DicomJson, tag: string): number | null {
  const value = numberValue(json, tag);
  if (value === null && textValue(json, tag) !== null) {
    throw pixelAttributeError(json, tag, 'the value is not a number');
  }
  return value;
}

function pixelAttributeError(json: DicomJson, tag: string, problem: string): ImagingError {
  return new ImagingError(problem, {
    sopInstanceUid: textValue(json, '00080018'),
    tag: `(${tag.slice(0, 4)},${tag.slice(4)})`,
  });
}

/**
 * PixelData (7FE0,0010) of a parsed object.
 * @throws ImagingError when there is none or a fragment runs past the end.
 */
export function encodedPixels(dataSet: DataSet, sopInstanceUid: string): EncodedPixels {
  const at = { sopInstanceUid, tag: '(7FE0,0010)' };
  const element = dataSet.elements[PIXEL_DATA];
  if (element === undefined) throw new ImagingError('there is no PixelData', at);
  const { byteArray } = dataSet;
  if (element.encapsulatedPixelData !== true) {
    const bytes = byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    return { kind: 'native', vr: element.vr === 'OB' ? 'OB' : 'OW', bytes };
  }
  const fragments = (element.fragments ?? []).map(({ position, length }) => {
    if (position + length > byteArray.length)
      throw new ImagingError('cut off: a fragment runs past the end', at);
    return byteArray.subarray(position, position + length);
  });
  return {
    kind: 'encapsulated',
    fragments,
    fragmentOffsets: (element.fragments ?? []).map(({ offset }) => offset),
    basicOffsets: element.basicOffsetTable ?? [],
    extendedOffsets: extendedOffsets(dataSet),
  };
}

/** PS3.3 C.7.6.3.1.8: integers of 64 bits. */
function extendedOffsets({ elements, byteArray }: DataSet): readonly number[] {
  const element = elements[EXTENDED_OFFSET_TABLE];
  if (element === undefined) return [];
  const view = new DataView(byteArray.buffer, byteArray.byteOffset + element.dataOffset, element.length);
  return Array.from({ length: Math.floor(element.length / 8) }, (_, i) =>
    Number(view.getBigUint64(8 * i, true)),
  );
}
