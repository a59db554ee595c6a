import type { DataSet } from 'dicom-parser';
import { numberValue, textValue } from './dicom-json-values.ts';
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
  | { readonly kind: 'encapsulated'; readonly fragments: readonly Uint8Array[] };

export interface Instance {
  readonly header: ImageHeader;
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
  const json = headerJson(dataSet);
  const header = headerFromJson(json);
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
    transferSyntaxUid: (dataSet.string('x00020010') ?? '').trim(),
    pixelFormat: {
      samplesPerPixel: numberValue(json, '00280002') ?? 1,
      photometricInterpretation: textValue(json, '00280004') ?? 'MONOCHROME2',
      bitsAllocated,
      bitsStored,
      highBit: numberValue(json, '00280102') ?? bitsStored - 1,
      signed: numberValue(json, '00280103') === 1,
    },
    rescaleSlope: numberValue(json, '00281053') ?? 1,
    rescaleIntercept: numberValue(json, '00281052') ?? 0,
    pixels: encodedPixels(dataSet, header.sopInstanceUid),
  };
}

/**
 * PixelData (7FE0,0010) of a parsed object; the basic offset table is left out.
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
  return { kind: 'encapsulated', fragments };
}
