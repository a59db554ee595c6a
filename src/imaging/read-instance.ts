import type { DataSet } from 'dicom-parser';
import type { DicomJson } from './dicom-json.ts';
import { numberValue, textValue } from './dicom-json-values.ts';
import { frameDataSets, isMultiFrame } from './functional-groups.ts';
import { headerFromJson, type ImageHeader } from './image-header.ts';
import { ImagingError } from './imaging-error.ts';
import { headerJson, parsePart10 } from './parse-part10.ts';

/** dicom-parser's way to write (7FE0,0010). */
const PIXEL_DATA = 'x7fe00010';

/** How one pixel cell is laid out (PS3.5 8.1.1, PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  /** PixelRepresentation 1: two's complement. */
  readonly signed: boolean;
}

/** PixelData as it lies in the object: views, not copies. */
export type EncodedPixels =
  | { readonly kind: 'native'; readonly vr: 'OB' | 'OW'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'encapsulated';
      readonly fragments: readonly Uint8Array[];
      /** By the basic offset table, the fragment each frame begins with; null where that is empty. */
      readonly frameStarts: readonly number[] | null;
    };

/** One image; of a multi-frame object, frameOf gives each frame as such. */
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
  const at = { sopInstanceUid: header.sopInstanceUid };
  const required = (tag: string): number => {
    const value = numberValue(json, tag);
    if (value === null) {
      throw new ImagingError('a pixel attribute is missing', {
        ...at,
        tag: `(${tag.slice(0, 4)},${tag.slice(4)})`,
      });
    }
    return value;
  };
  const bitsAllocated = required('00280100');
  const bitsStored = numberValue(json, '00280101') ?? bitsAllocated;
  return {
    header,
    frames,
    transferSyntaxUid: (dataSet.string('x00020010') ?? '').trim(),
    pixelFormat: {
      samplesPerPixel: numberValue(json, '00280002') ?? 1,
      photometricInterpretation: textValue(json, '00280004') ?? 'MONOCHROME2',
      bitsAllocated,
      bitsStored,
      highBit: numberValue(json, '00280102') ?? bitsStored - 1,
      signed: numberValue(json, '00280103') === 1,
    },
    ...rescale(json),
    pixels: encodedPixels(dataSet, header.sopInstanceUid),
  };
}

/** RescaleSlope (0028,1053) and RescaleIntercept (0028,1052) of an image or a frame. */
export function rescale(json: DicomJson): Pick<Instance, 'rescaleSlope' | 'rescaleIntercept'> {
  return {
    rescaleSlope: numberValue(json, '00281053') ?? 1,
    rescaleIntercept: numberValue(json, '00281052') ?? 0,
  };
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
  const offsets = element.basicOffsetTable ?? [];
  const starts = offsets.map((offset) =>
    (element.fragments ?? []).findIndex((each) => each.offset === offset),
  );
  return { kind: 'encapsulated', fragments, frameStarts: starts.length === 0 ? null : starts };
}
