import type { DicomJson } from '../imaging/dicom-json.ts';
import { type DataSetToEncode, encodePart10 } from '../imaging/encode-part10.ts';
import { PRIVATE_SCHEME } from './coded-concepts.ts';
import { contentItemDataSet } from './content-item-data-set.ts';
import { copiedStudyContext } from './copied-study-context.ts';
import { dataSet, type Keyword, tagOf } from './data-set.ts';
import { documentReferences, type InstanceReference } from './document-references.ts';
import { encodeDataSet } from './encode-data-set.ts';
import { measurementReport, type ReportInput } from './measurement-report.ts';

/** PS3.6 annex A. */
export const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34';

export interface ReportToCompose extends ReportInput {
  /** Patient and study attributes of the images, copied verbatim. */
  readonly studyContext: DicomJson;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** 990 by default. */
  readonly seriesNumber?: number;
  readonly seriesDescription?: string;
  readonly createdAt: Date;
  /** Reports of the same study that this one replaces (PS3.3 C.17.2). */
  readonly predecessors?: readonly Omit<InstanceReference, 'sopClassUid'>[];
}

export interface ComposedReport {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Part 10 file, Explicit VR Little Endian. The same input gives the same bytes. */
  readonly bytes: Uint8Array;
}

/** Type 2 attributes of the Patient and General Study Modules (PS3.3 C.7.1.1, C.7.2.1): empty where unknown. */
const REQUIRED_CONTEXT = [
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'ReferringPhysicianName',
  'StudyID',
] as const satisfies readonly Keyword[];

/** Evidence, completion and content (PS3.3 C.17.2, C.17.3) have tags from here on; all of them are ours. */
const FIRST_CONTENT_TAG = '0040A000';

/** Of these a reader should know that the images did not tell them. */
const NOTEWORTHY: readonly Keyword[] = ['PatientID', 'StudyDate', 'AccessionNumber'];

/**
 * Composes the Comprehensive 3D SR (PS3.3 A.35.13) of a graded study.
 * @throws RangeError or TypeError as measurementReport and dataSet do; none repeats a patient's data.
 */
export function composeReport(report: ReportToCompose): ComposedReport {
  const { sopInstanceUid, seriesInstanceUid } = report;
  const context = copiedStudyContext(report.studyContext);
  const content = measurementReport(report, contextRemarks(context.dataSet, context.malformedTags));
  const bytes = encoded({
    ...dataSet(Object.fromEntries(REQUIRED_CONTEXT.map((keyword) => [keyword, '']))),
    ...context.dataSet,
    ...seriesAndEquipment(report),
    ...documentGeneral(report, textOf(context.dataSet, 'TimezoneOffsetFromUTC')),
    ...contentItemDataSet(content),
  });
  return { sopInstanceUid, seriesInstanceUid, bytes };
}

/** The file: copied and general attributes by dcmjs, the deep sequences behind them by encodeDataSet. */
function encoded(document: DataSetToEncode): Uint8Array {
  const { header = [], content = [] } = Object.groupBy(Object.entries(document), ([tag]) =>
    tag < FIRST_CONTENT_TAG ? 'header' : 'content',
  );
  try {
    const file = encodePart10(Object.fromEntries(header));
    return new Uint8Array(Buffer.concat([file, encodeDataSet(Object.fromEntries(content))]));
  } catch {
    // dcmjs quotes values in its messages, so they go no further.
    throw new TypeError(
      'the report cannot be encoded: an attribute of the study context does not fit its VR',
    );
  }
}

/** SR Document Series, General and Enhanced General Equipment, SOP Common (PS3.3 C.17.1, C.7.5.1, C.7.5.2, C.12.1). */
function seriesAndEquipment(report: ReportToCompose): DataSetToEncode {
  const { observer, seriesNumber = 990 } = report;
  return dataSet({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: COMPREHENSIVE_3D_SR,
    SOPInstanceUID: report.sopInstanceUid,
    StudyInstanceUID: report.studyInstanceUid,
    SeriesInstanceUID: report.seriesInstanceUid,
    Modality: 'SR',
    SeriesNumber: String(seriesNumber),
    SeriesDescription: report.seriesDescription ?? 'AI lumbar spine grading (research use)',
    ReferencedPerformedProcedureStepSequence: [],
    InstanceNumber: '1',
    Manufacturer: observer.manufacturer,
    ManufacturerModelName: observer.modelName,
    DeviceSerialNumber: observer.serialNumber,
    SoftwareVersions: observer.softwareVersion,
    CodingSchemeIdentificationSequence: [
      dataSet({
        CodingSchemeDesignator: PRIVATE_SCHEME.designator,
        CodingSchemeUID: PRIVATE_SCHEME.uid,
        CodingSchemeName: PRIVATE_SCHEME.name,
        CodingSchemeResponsibleOrganization: PRIVATE_SCHEME.responsibleOrganization,
      }),
    ],
  });
}

/** SR Document General Module (PS3.3 C.17.2). */
function documentGeneral(report: ReportToCompose, timezoneOffset: string | null): DataSetToEncode {
  const { studyInstanceUid, predecessors = [] } = report;
  const { date, time } = dateAndTime(report.createdAt, timezoneOffset);
  const evidence = report.images.map(({ reference }) => ({ studyInstanceUid, ...reference }));
  const replaced = predecessors.map((document) => ({ ...document, sopClassUid: COMPREHENSIVE_3D_SR }));
  return dataSet({
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    SeriesDate: date,
    SeriesTime: time,
    ContentDate: date,
    ContentTime: time,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: documentReferences(evidence),
    PredecessorDocumentsSequence: replaced.length === 0 ? undefined : documentReferences(replaced),
  });
}

/** DA and TM in the object's time zone when it names one (PS3.3 C.12.1.1.8), else in the process's. */
function dateAndTime(at: Date, timezoneOffset: string | null): { date: string; time: string } {
  const named = /^([+-])(\d{2})(\d{2})$/.exec(timezoneOffset ?? '');
  const offsetMinutes =
    named === null
      ? -at.getTimezoneOffset()
      : Number(`${named[1]}1`) * (Number(named[2]) * 60 + Number(named[3]));
  const digits = new Date(at.getTime() + offsetMinutes * 60_000).toISOString().replace(/[-:TZ]/g, '');
  return { date: digits.slice(0, 8), time: digits.slice(8) };
}

function contextRemarks(context: DataSetToEncode, malformedTags: readonly string[]): string[] {
  const malformed = malformedTags.map((tag) => `(${tag.slice(0, 4)},${tag.slice(4)})`);
  const missing = NOTEWORTHY.filter(
    (keyword) => textOf(context, keyword) === null && !malformedTags.includes(tagOf(keyword)),
  );
  return [
    ...(missing.length > 0 ? [`The images do not give, left empty here: ${missing.join(', ')}.`] : []),
    ...(malformed.length > 0 ? [`Malformed in the images, left empty here: ${malformed.join(', ')}.`] : []),
  ];
}

function textOf(context: DataSetToEncode, keyword: Keyword): string | null {
  const value = context[tagOf(keyword)]?.Value[0];
  return typeof value === 'string' && value !== '' ? value : null;
}
