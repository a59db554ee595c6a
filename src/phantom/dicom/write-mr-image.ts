import { decimals, shorts, text } from '../../dicom/part10/data-elements.ts';
import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import { MR_IMAGE_STORAGE } from '../../dicom/sop-classes.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import { mrIdentity } from './mr-identity.ts';
import type { MrImageAttributes } from './mr-image-attributes.ts';
import { storedPixels } from './stored-pixels.ts';

/**
 * The attributes of a classic MR Image Storage object (PS3.3 A.4): a 2D spin echo of the lumbar spine,
 * supine head first, 12 of 16 bits unsigned. Values are rounded, those outside 0 … 4095 cut off.
 * The same arguments give the same bytes.
 * @param pixels plane.rows × plane.columns, row-major
 */
export function mrImageDataSet(
  plane: SlicePlane,
  pixels: Float32Array,
  attributes: MrImageAttributes,
): DataSetToEncode {
  return {
    ...mrIdentity(attributes),
    '00080016': text('UI', MR_IMAGE_STORAGE),
    ...acquisition(attributes),
    ...geometry(plane),
    ...imagePixel(plane, pixels),
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
function imagePixel(plane: SlicePlane, pixels: Float32Array): DataSetToEncode {
  const { stored, least, largest, bright } = storedPixels(pixels);
  return {
    '00280002': shorts(1),
    '00280004': text('CS', 'MONOCHROME2'),
    '00280010': shorts(plane.rows),
    '00280011': shorts(plane.columns),
    '00280100': shorts(16),
    '00280101': shorts(12),
    '00280102': shorts(11),
    '00280103': shorts(0),
    '00280106': shorts(least),
    '00280107': shorts(largest),
    '00281050': decimals(Math.round(bright / 2)),
    '00281051': decimals(bright),
    '7FE00010': { vr: 'OW', Value: [stored.buffer] },
  };
}
