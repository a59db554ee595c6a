import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import { SEGMENTATION } from '../../dicom/sop-classes.ts';
import type { Algorithm } from '../../domain/assessment.ts';
import { dataSet, tagOf } from '../encode/data-set.ts';
import { lossyOfSources } from '../encode/lossy-of-sources.ts';
import { codingSchemes, encodeResult, type ResultHeader, resultHeader } from '../encode/result-header.ts';
import { withPixelData } from '../encode/with-pixel-data.ts';
import { functionalGroups, type SegmentFrame } from './functional-groups.ts';
import { packBits } from './pack-bits.ts';
import { segmentItem } from './segment-item.ts';
import type { SegmentedSeries } from './segmented-series.ts';
import { SEGMENT_VALUE, SEGMENTS } from './segments.ts';

/**
 * Encodes the segments of a series as a Segmentation (PS3.3 A.51), BINARY: of each segment one frame a slice on which it
 * has a pixel, and no other, in the pixels of the slice. Numbers go to the segments that are there.
 */
export function encodeSegmentation(
  header: ResultHeader,
  series: SegmentedSeries,
  algorithm: Algorithm,
): Uint8Array {
  const { slices } = series;
  const there = SEGMENTS.filter(({ name }) =>
    slices.some(({ segments }) => segments.includes(SEGMENT_VALUE[name])),
  );
  const frames = there.flatMap(({ name }, i) =>
    slices.flatMap((slice, position): SegmentFrame[] =>
      slice.segments.includes(SEGMENT_VALUE[name])
        ? [{ slice, value: SEGMENT_VALUE[name], segmentNumber: i + 1, position: position + 1 }]
        : [],
    ),
  );
  const withoutPixels = encodeResult({
    ...resultHeader(header, SEGMENTATION, 'SEG'),
    ...dataSet({
      ImageType: ['DERIVED', 'PRIMARY'],
      BodyPartExamined: 'LSPINE',
      // Frame of Reference Module (PS3.3 C.7.4.1): that of the images.
      FrameOfReferenceUID: series.frameOfReferenceUid,
      PositionReferenceIndicator: '',
      ReferencedSeriesSequence: [referencedSeries(series)],
      SegmentationType: 'BINARY',
      SegmentsOverlap: 'NO',
      SegmentSequence: there.map((segment, i) => segmentItem(segment, i + 1, algorithm)),
      ContentLabel: 'ANATOMY',
      ContentDescription: `AI result, unverified, for research use: ${series.of} anatomy`,
      ContentCreatorName: '',
    }),
    ...codingSchemes(),
    ...imagePixel(series, frames.length),
    ...dimensions(header.sopInstanceUid),
    ...functionalGroups(series, frames),
  });
  const packed = packBits(frames.map(({ slice, value }) => ({ map: slice.segments, value })));
  return withPixelData(withoutPixels, packed);
}

/** Image Pixel and Segmentation Image Modules (PS3.3 C.7.6.3, C.8.20.2) but for the Pixel Data. */
function imagePixel({ slices }: SegmentedSeries, frames: number): DataSetToEncode {
  const [{ plane }] = slices;
  return dataSet({
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(frames),
    Rows: plane.rows,
    Columns: plane.columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    // That segmenting itself loses much is none (PS3.3 C.8.20.2.2).
    LossyImageCompression: '00',
    ...lossyOfSources(slices),
  });
}

/** Multi-frame Dimension Module (PS3.3 C.7.6.17): by segment, then by the place of its slice. */
function dimensions(sopInstanceUid: string): DataSetToEncode {
  const organization = {
    DimensionOrganizationUID: deterministicUid('segmentation dimensions', sopInstanceUid),
  };
  const index = (pointer: 'ReferencedSegmentNumber' | 'ImagePositionPatient', label: string) =>
    dataSet({
      ...organization,
      DimensionIndexPointer: attributeTag(pointer),
      FunctionalGroupPointer: attributeTag(
        pointer === 'ReferencedSegmentNumber' ? 'SegmentIdentificationSequence' : 'PlanePositionSequence',
      ),
      DimensionDescriptionLabel: label,
    });
  return dataSet({
    DimensionOrganizationSequence: [dataSet(organization)],
    DimensionIndexSequence: [
      index('ReferencedSegmentNumber', 'Segment'),
      index('ImagePositionPatient', 'Slice position'),
    ],
  });
}

const attributeTag = (keyword: Parameters<typeof tagOf>[0]): number => Number.parseInt(tagOf(keyword), 16);

/** Common Instance Reference Module (PS3.3 C.12.2). */
function referencedSeries({ slices }: SegmentedSeries): DataSetToEncode {
  const images = new Map(slices.map(({ image }) => [image.sopInstanceUid, image]));
  return dataSet({
    SeriesInstanceUID: slices[0].image.seriesInstanceUid,
    ReferencedInstanceSequence: [...images.values()].map(({ sopClassUid, sopInstanceUid }) =>
      dataSet({ ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid }),
    ),
  });
}
