import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import type { Slice } from '../../volume/volume.ts';
import type { RgbImage } from '../picture/svg.ts';
import { CODES } from '../tree/coded-concepts.ts';
import { codeDataSet } from '../tree/content-item-data-set.ts';
import { dataSet } from './data-set.ts';
import { lossyOfSources } from './lossy-of-sources.ts';
import { encodeResult, type ResultHeader, resultHeader } from './result-header.ts';
import { withPixelData } from './with-pixel-data.ts';

/** PS3.6 annex A. */
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/**
 * Encodes a picture as a Secondary Capture Image (PS3.3 A.8): RGB, 8 bits, uncompressed, so that every viewer shows
 * it.
 * @param sources the images that are part of the picture, with what they went through.
 * @param description what the picture is, at most 1024 characters.
 */
export function encodeSecondaryCapture(
  header: ResultHeader,
  picture: RgbImage,
  sources: readonly Pick<Slice, 'image' | 'lossy'>[],
  description: string,
): Uint8Array {
  const withoutPixels = encodeResult({
    ...resultHeader(header, SECONDARY_CAPTURE, 'OT'),
    ...dataSet({
      ConversionType: 'WSD',
      ImageType: ['DERIVED', 'SECONDARY'],
      BodyPartExamined: 'LSPINE',
      PatientOrientation: '',
      DerivationDescription: description,
      SourceImageSequence: sources.map(({ image }) => sourceImage(image)),
      // PS3.3 C.7.6.1.1.5 ff.: nothing in the pixels names the patient.
      BurnedInAnnotation: 'NO',
      RecognizableVisualFeatures: 'NO',
      ...lossyOfSources(sources),
    }),
    ...imagePixel(picture),
  });
  return withPixelData(withoutPixels, picture.samples);
}

/** Image Pixel Module (PS3.3 C.7.6.3) but for the Pixel Data. */
function imagePixel({ width, height }: RgbImage): DataSetToEncode {
  return dataSet({
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  });
}

/** General Reference Module (PS3.3 C.12.4). */
function sourceImage({ sopClassUid, sopInstanceUid, frameNumber }: ImageReference): DataSetToEncode {
  return dataSet({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
    ReferencedFrameNumber: frameNumber === null ? undefined : String(frameNumber),
    PurposeOfReferenceCodeSequence: [codeDataSet(CODES.sourceImageForProcessing)],
  });
}
