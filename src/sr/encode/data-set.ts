import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';

/** The attributes this folder writes, by keyword (PS3.6 chapter 6). */
const ATTRIBUTES = {
  SpecificCharacterSet: ['00080005', 'CS'],
  ImageType: ['00080008', 'CS'],
  InstanceCreationDate: ['00080012', 'DA'],
  InstanceCreationTime: ['00080013', 'TM'],
  SOPClassUID: ['00080016', 'UI'],
  SOPInstanceUID: ['00080018', 'UI'],
  StudyDate: ['00080020', 'DA'],
  SeriesDate: ['00080021', 'DA'],
  ContentDate: ['00080023', 'DA'],
  StudyTime: ['00080030', 'TM'],
  SeriesTime: ['00080031', 'TM'],
  ContentTime: ['00080033', 'TM'],
  AccessionNumber: ['00080050', 'SH'],
  Modality: ['00080060', 'CS'],
  ConversionType: ['00080064', 'CS'],
  Manufacturer: ['00080070', 'LO'],
  ReferringPhysicianName: ['00080090', 'PN'],
  CodeValue: ['00080100', 'SH'],
  CodingSchemeDesignator: ['00080102', 'SH'],
  CodeMeaning: ['00080104', 'LO'],
  MappingResource: ['00080105', 'CS'],
  CodingSchemeUID: ['0008010C', 'UI'],
  CodingSchemeIdentificationSequence: ['00080110', 'SQ'],
  CodingSchemeName: ['00080115', 'ST'],
  CodingSchemeResponsibleOrganization: ['00080116', 'ST'],
  TimezoneOffsetFromUTC: ['00080201', 'SH'],
  SeriesDescription: ['0008103E', 'LO'],
  ManufacturerModelName: ['00081090', 'LO'],
  ReferencedPerformedProcedureStepSequence: ['00081111', 'SQ'],
  ReferencedSeriesSequence: ['00081115', 'SQ'],
  ReferencedSOPClassUID: ['00081150', 'UI'],
  ReferencedSOPInstanceUID: ['00081155', 'UI'],
  ReferencedFrameNumber: ['00081160', 'IS'],
  ReferencedInstanceSequence: ['0008114A', 'SQ'],
  ReferencedSOPSequence: ['00081199', 'SQ'],
  DerivationDescription: ['00082111', 'ST'],
  SourceImageSequence: ['00082112', 'SQ'],
  AnatomicRegionSequence: ['00082218', 'SQ'],
  DerivationImageSequence: ['00089124', 'SQ'],
  DerivationCodeSequence: ['00089215', 'SQ'],
  PatientName: ['00100010', 'PN'],
  PatientID: ['00100020', 'LO'],
  PatientBirthDate: ['00100030', 'DA'],
  PatientSex: ['00100040', 'CS'],
  BodyPartExamined: ['00180015', 'CS'],
  SliceThickness: ['00180050', 'DS'],
  DeviceSerialNumber: ['00181000', 'LO'],
  SoftwareVersions: ['00181020', 'LO'],
  StudyInstanceUID: ['0020000D', 'UI'],
  SeriesInstanceUID: ['0020000E', 'UI'],
  StudyID: ['00200010', 'SH'],
  SeriesNumber: ['00200011', 'IS'],
  InstanceNumber: ['00200013', 'IS'],
  PatientOrientation: ['00200020', 'CS'],
  ImagePositionPatient: ['00200032', 'DS'],
  ImageOrientationPatient: ['00200037', 'DS'],
  FrameOfReferenceUID: ['00200052', 'UI'],
  PositionReferenceIndicator: ['00201040', 'LO'],
  FrameContentSequence: ['00209111', 'SQ'],
  PlanePositionSequence: ['00209113', 'SQ'],
  PlaneOrientationSequence: ['00209116', 'SQ'],
  DimensionIndexValues: ['00209157', 'UL'],
  DimensionOrganizationUID: ['00209164', 'UI'],
  DimensionIndexPointer: ['00209165', 'AT'],
  FunctionalGroupPointer: ['00209167', 'AT'],
  DimensionOrganizationSequence: ['00209221', 'SQ'],
  DimensionIndexSequence: ['00209222', 'SQ'],
  DimensionDescriptionLabel: ['00209421', 'LO'],
  SamplesPerPixel: ['00280002', 'US'],
  PhotometricInterpretation: ['00280004', 'CS'],
  PlanarConfiguration: ['00280006', 'US'],
  NumberOfFrames: ['00280008', 'IS'],
  Rows: ['00280010', 'US'],
  Columns: ['00280011', 'US'],
  PixelSpacing: ['00280030', 'DS'],
  BitsAllocated: ['00280100', 'US'],
  BitsStored: ['00280101', 'US'],
  HighBit: ['00280102', 'US'],
  PixelRepresentation: ['00280103', 'US'],
  BurnedInAnnotation: ['00280301', 'CS'],
  RecognizableVisualFeatures: ['00280302', 'CS'],
  SpatialLocationsPreserved: ['0028135A', 'CS'],
  LossyImageCompression: ['00282110', 'CS'],
  LossyImageCompressionRatio: ['00282112', 'DS'],
  LossyImageCompressionMethod: ['00282114', 'CS'],
  PixelMeasuresSequence: ['00289110', 'SQ'],
  MeasurementUnitsCodeSequence: ['004008EA', 'SQ'],
  PurposeOfReferenceCodeSequence: ['0040A170', 'SQ'],
  RelationshipType: ['0040A010', 'CS'],
  ValueType: ['0040A040', 'CS'],
  ConceptNameCodeSequence: ['0040A043', 'SQ'],
  ContinuityOfContent: ['0040A050', 'CS'],
  UID: ['0040A124', 'UI'],
  TextValue: ['0040A160', 'UT'],
  ConceptCodeSequence: ['0040A168', 'SQ'],
  MeasuredValueSequence: ['0040A300', 'SQ'],
  NumericValue: ['0040A30A', 'DS'],
  PredecessorDocumentsSequence: ['0040A360', 'SQ'],
  PerformedProcedureCodeSequence: ['0040A372', 'SQ'],
  CurrentRequestedProcedureEvidenceSequence: ['0040A375', 'SQ'],
  CompletionFlag: ['0040A491', 'CS'],
  VerificationFlag: ['0040A493', 'CS'],
  ContentTemplateSequence: ['0040A504', 'SQ'],
  ContentSequence: ['0040A730', 'SQ'],
  TemplateIdentifier: ['0040DB00', 'CS'],
  SegmentationType: ['00620001', 'CS'],
  SegmentSequence: ['00620002', 'SQ'],
  SegmentedPropertyCategoryCodeSequence: ['00620003', 'SQ'],
  SegmentNumber: ['00620004', 'US'],
  SegmentLabel: ['00620005', 'LO'],
  SegmentDescription: ['00620006', 'ST'],
  SegmentationAlgorithmIdentificationSequence: ['00620007', 'SQ'],
  SegmentAlgorithmType: ['00620008', 'CS'],
  SegmentAlgorithmName: ['00620009', 'LO'],
  SegmentIdentificationSequence: ['0062000A', 'SQ'],
  ReferencedSegmentNumber: ['0062000B', 'US'],
  RecommendedDisplayCIELabValue: ['0062000D', 'US'],
  SegmentedPropertyTypeCodeSequence: ['0062000F', 'SQ'],
  SegmentsOverlap: ['00620013', 'CS'],
  AlgorithmFamilyCodeSequence: ['0066002F', 'SQ'],
  AlgorithmVersion: ['00660031', 'LO'],
  AlgorithmParameters: ['00660032', 'LT'],
  AlgorithmName: ['00660036', 'LO'],
  GraphicData: ['00700022', 'FL'],
  GraphicType: ['00700023', 'CS'],
  ContentLabel: ['00700080', 'CS'],
  ContentDescription: ['00700081', 'LO'],
  ContentCreatorName: ['00700084', 'PN'],
  ReferencedFrameOfReferenceUID: ['30060024', 'UI'],
  SharedFunctionalGroupsSequence: ['52009229', 'SQ'],
  PerFrameFunctionalGroupsSequence: ['52009230', 'SQ'],
  PixelData: ['7FE00010', 'OB'],
} as const;

export type Keyword = keyof typeof ATTRIBUTES;
type Value = string | number | ArrayBuffer | readonly (string | number)[] | readonly DataSetToEncode[];

/** Group and element of an attribute as eight upper-case hex digits. */
export function tagOf(keyword: Keyword): string {
  return ATTRIBUTES[keyword][0];
}

/** The longest value of each text VR written here, in characters (PS3.5 table 6.2-1). */
const MAX_LENGTH: Readonly<Record<string, number>> = {
  CS: 16,
  DS: 16,
  IS: 12,
  LO: 64,
  LT: 10240,
  SH: 16,
  ST: 1024,
  UI: 64,
};

/**
 * A data set from keywords; an empty string or array is an attribute without value, undefined leaves it out.
 * @throws RangeError naming the attribute when a value is too long for its VR.
 */
export function dataSet(values: { readonly [K in Keyword]?: Value | undefined }): DataSetToEncode {
  const result: Record<string, { vr: string; Value: readonly unknown[] }> = {};
  for (const keyword of Object.keys(values) as Keyword[]) {
    const given = values[keyword];
    if (given === undefined) continue;
    const [tag, vr] = ATTRIBUTES[keyword];
    const elements: readonly unknown[] = Array.isArray(given) ? given : given === '' ? [] : [given];
    for (const element of elements) {
      if (String(element).length > (MAX_LENGTH[vr] ?? Infinity)) {
        if (vr !== 'SQ') throw new RangeError(`${keyword} is too long for ${vr}`);
      }
    }
    result[tag] = { vr, Value: elements };
  }
  return result;
}
