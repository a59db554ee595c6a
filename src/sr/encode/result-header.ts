import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { type DataSetToEncode, encodePart10 } from '../../dicom/part10/encode-part10.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../../domain/uid.ts';
import { PRIVATE_SCHEME } from '../tree/coded-concepts.ts';
import { copiedStudyContext } from './copied-study-context.ts';
import { dataSet, type Keyword, tagOf } from './data-set.ts';
import { encodeDataSet } from './encode-data-set.ts';

/** The device that observed (TID 1004) and made the object (PS3.3 C.7.5.1, C.7.5.2); no value may be empty. */
export interface ObserverDevice {
  readonly uid: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly modelName: string;
  readonly serialNumber: string;
  readonly softwareVersion: string;
}

/** Where an object belongs and who made it: the same for every object of an analysis, but for its series. */
export interface ResultHeader {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly series: { readonly number: number; readonly description: string };
  /** Patient and study attributes of the images, copied verbatim. */
  readonly studyContext: DicomJson;
  readonly observer: ObserverDevice;
  readonly createdAt: Date;
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
const FIRST_PIXEL_TAG = '7FE00000';

/** Patient, General Study, Series, General Equipment, SOP Common (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1). */
export function resultHeader(header: ResultHeader, sopClassUid: string, modality: string): DataSetToEncode {
  const { observer, series } = header;
  const { date, time } = dateAndTime(header);
  return {
    ...dataSet(Object.fromEntries(REQUIRED_CONTEXT.map((keyword) => [keyword, '']))),
    ...copiedStudyContext(header.studyContext).dataSet,
    ...dataSet({
      SpecificCharacterSet: 'ISO_IR 192',
      InstanceCreationDate: date,
      InstanceCreationTime: time,
      SOPClassUID: sopClassUid,
      SOPInstanceUID: header.sopInstanceUid,
      SeriesDate: date,
      SeriesTime: time,
      ContentDate: date,
      ContentTime: time,
      Modality: modality,
      Manufacturer: observer.manufacturer,
      SeriesDescription: series.description,
      ManufacturerModelName: observer.modelName,
      DeviceSerialNumber: observer.serialNumber,
      SoftwareVersions: observer.softwareVersion,
      StudyInstanceUID: header.studyInstanceUid,
      SeriesInstanceUID: header.seriesInstanceUid,
      SeriesNumber: String(series.number),
      InstanceNumber: '1',
    }),
  };
}

/** For an object that uses private codes (PS3.3 C.12.1.1.7). */
export function codingSchemes(): DataSetToEncode {
  const scheme = dataSet({
    CodingSchemeDesignator: PRIVATE_SCHEME.designator,
    CodingSchemeUID: PRIVATE_SCHEME.uid,
    CodingSchemeName: PRIVATE_SCHEME.name,
    CodingSchemeResponsibleOrganization: PRIVATE_SCHEME.responsibleOrganization,
  });
  return dataSet({ CodingSchemeIdentificationSequence: [scheme] });
}

/**
 * The Part 10 file in Explicit VR Little Endian: copied and general attributes and pixels by dcmjs, the deep sequences
 * behind them by encodeDataSet. The same data set gives the same bytes.
 * @throws TypeError without a value in it: dcmjs quotes values in its messages, so they go no further.
 */
export function encodeResult(object: DataSetToEncode): Uint8Array {
  const { header = [], content = [] } = Object.groupBy(Object.entries(object), ([tag]) =>
    tag < FIRST_CONTENT_TAG || tag >= FIRST_PIXEL_TAG ? 'header' : 'content',
  );
  try {
    const file = encodePart10(Object.fromEntries(header));
    if (content.length === 0) return file;
    return new Uint8Array(Buffer.concat([file, encodeDataSet(Object.fromEntries(content))]));
  } catch {
    throw new TypeError(
      'the result cannot be encoded: an attribute of the study context does not fit its VR',
    );
  }
}

/** DA and TM in the study's time zone when it names one (PS3.3 C.12.1.1.8), else in the process's. */
export function dateAndTime({ createdAt, studyContext }: Pick<ResultHeader, 'createdAt' | 'studyContext'>): {
  readonly date: string;
  readonly time: string;
} {
  const timezone = textOf(copiedStudyContext(studyContext).dataSet, 'TimezoneOffsetFromUTC');
  const named = /^([+-])(\d{2})(\d{2})$/.exec(timezone ?? '');
  const offsetMinutes =
    named === null
      ? -createdAt.getTimezoneOffset()
      : Number(`${named[1]}1`) * (Number(named[2]) * 60 + Number(named[3]));
  const local = new Date(createdAt.getTime() + offsetMinutes * 60_000);
  const digits = local.toISOString().replace(/[-:TZ]/g, '');
  return { date: digits.slice(0, 8), time: digits.slice(8) };
}

/** The one value of an attribute in words; null where it is empty or not there. */
export function textOf(context: DataSetToEncode, keyword: Keyword): string | null {
  const value = context[tagOf(keyword)]?.Value[0];
  return typeof value === 'string' && value !== '' ? value : null;
}
