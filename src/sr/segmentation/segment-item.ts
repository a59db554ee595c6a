import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import type { Algorithm } from '../../domain/assessment.ts';
import { dataSet } from '../encode/data-set.ts';
import { CODES } from '../tree/coded-concepts.ts';
import { codeDataSet } from '../tree/content-item-data-set.ts';
import type { Segment } from './segments.ts';

/** LO (PS3.5 table 6.2-1). */
const LONG_STRING = 64;

/** An item of the Segment Sequence (PS3.3 C.8.20.2, Segment Description Macro C.8.20.4). */
export function segmentItem(segment: Segment, segmentNumber: number, algorithm: Algorithm): DataSetToEncode {
  return dataSet({
    AnatomicRegionSequence: [codeDataSet(segment.region)],
    SegmentedPropertyCategoryCodeSequence: [codeDataSet(CODES.anatomicalStructure)],
    SegmentNumber: segmentNumber,
    SegmentLabel: segment.label,
    SegmentDescription: segment.description,
    SegmentationAlgorithmIdentificationSequence: [algorithmItem(algorithm)],
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: algorithm.name.slice(0, LONG_STRING),
    RecommendedDisplayCIELabValue: [...labValues(segment.lab)],
    SegmentedPropertyTypeCodeSequence: [codeDataSet(segment.type)],
  });
}

/** Algorithm Identification Macro (PS3.3 10.16); parameters as name=value, which readers take apart. */
function algorithmItem({ name, version, packSha256 }: Algorithm): DataSetToEncode {
  return dataSet({
    AlgorithmFamilyCodeSequence: [codeDataSet(CODES.artificialIntelligence)],
    AlgorithmName: name.slice(0, LONG_STRING),
    AlgorithmVersion: version.slice(0, LONG_STRING),
    AlgorithmParameters: `packSha256=${packSha256}`,
  });
}

/** CIE L*, a*, b* as 16 bits have them (PS3.3 C.10.7.1.1). */
function labValues([lightness, a, b]: Segment['lab']): readonly [number, number, number] {
  const colour = (value: number) => Math.round(((value + 128) * 0xffff) / 255);
  return [Math.round((lightness * 0xffff) / 100), colour(a), colour(b)];
}
