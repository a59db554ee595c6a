import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import { dataSet } from '../encode/data-set.ts';
import { decimalString } from '../encode/decimal-string.ts';
import { CODES } from '../tree/coded-concepts.ts';
import { codeDataSet } from '../tree/content-item-data-set.ts';
import type { SegmentedSeries, SegmentedSlice } from './segmented-series.ts';

/** A segment on a slice. */
export interface SegmentFrame {
  readonly slice: SegmentedSlice;
  readonly value: number;
  readonly segmentNumber: number;
  /** 1 for the first slice. */
  readonly position: number;
}

/**
 * Multi-frame Functional Groups Module (PS3.3 C.7.6.16, table A.51-2). Pixel measures are alike in all frames, and the
 * orientation where the slices are parallel.
 */
export function functionalGroups(
  { slices }: SegmentedSeries,
  frames: readonly SegmentFrame[],
): DataSetToEncode {
  const orientations = new Set(slices.map(({ plane }) => orientation(plane).join()));
  const isShared = orientations.size === 1;
  return dataSet({
    SharedFunctionalGroupsSequence: [
      dataSet({
        PixelMeasuresSequence: [pixelMeasures(slices[0])],
        PlaneOrientationSequence: isShared ? [planeOrientation(slices[0].plane)] : undefined,
      }),
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ slice: { image, plane }, segmentNumber, position }) =>
      dataSet({
        DerivationImageSequence: [derivation(image)],
        FrameContentSequence: [dataSet({ DimensionIndexValues: [segmentNumber, position] })],
        PlanePositionSequence: [dataSet({ ImagePositionPatient: plane.originMm.map(decimalString) })],
        PlaneOrientationSequence: isShared ? undefined : [planeOrientation(plane)],
        SegmentIdentificationSequence: [dataSet({ ReferencedSegmentNumber: segmentNumber })],
      }),
    ),
  });
}

function pixelMeasures({ plane, thicknessMm }: SegmentedSlice): DataSetToEncode {
  return dataSet({
    SliceThickness: thicknessMm === null ? undefined : decimalString(thicknessMm),
    PixelSpacing: [plane.rowSpacingMm, plane.columnSpacingMm].map(decimalString),
  });
}

const orientation = ({ rowDirection, columnDirection }: SlicePlane): string[] =>
  [...rowDirection, ...columnDirection].map(decimalString);

const planeOrientation = (plane: SlicePlane): DataSetToEncode =>
  dataSet({ ImageOrientationPatient: orientation(plane) });

/** From which image, or frame of one, the segment was made: pixel for pixel (PS3.3 C.7.6.16.2.6). */
function derivation({ sopClassUid, sopInstanceUid, frameNumber }: ImageReference): DataSetToEncode {
  return dataSet({
    SourceImageSequence: [
      dataSet({
        ReferencedSOPClassUID: sopClassUid,
        ReferencedSOPInstanceUID: sopInstanceUid,
        ReferencedFrameNumber: frameNumber === null ? undefined : String(frameNumber),
        SpatialLocationsPreserved: 'YES',
        PurposeOfReferenceCodeSequence: [codeDataSet(CODES.sourceImageForProcessing)],
      }),
    ],
    DerivationCodeSequence: [codeDataSet(CODES.segmentation)],
  });
}
