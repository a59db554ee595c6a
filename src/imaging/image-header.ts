import type { Point } from '../domain/point.ts';
import type { DicomJson } from './dicom-json.ts';
import { hasValue, numberValue, numberValues, textValue, textValues } from './dicom-json-values.ts';
import { ImagingError } from './imaging-error.ts';

/** What selection and geometry need of one image; null (or empty) where the image does not say. */
export interface ImageHeader {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly frameOfReferenceUid: string | null;
  readonly modality: string;
  readonly seriesNumber: number | null;
  readonly instanceNumber: number | null;
  readonly imageType: readonly string[];
  /** 0 when the image does not say. */
  readonly rows: number;
  readonly columns: number;
  readonly numberOfFrames: number;
  /** PixelSpacing: distance between rows, then between columns; mm. */
  readonly pixelSpacingMm: readonly [row: number, column: number] | null;
  readonly imagePositionMm: Point | null;
  /** ImageOrientationPatient's two triplets as sent, unit length not yet checked. */
  readonly rowDirection: Point | null;
  readonly columnDirection: Point | null;
  readonly sliceThicknessMm: number | null;
  readonly spacingBetweenSlicesMm: number | null;
  readonly echoTimeMs: number | null;
  readonly repetitionTimeMs: number | null;
  readonly inversionTimeMs: number | null;
  readonly echoTrainLength: number | null;
  readonly scanningSequence: readonly string[];
  readonly sequenceVariant: readonly string[];
  readonly scanOptions: readonly string[];
  readonly contrastAgentGiven: boolean;
  /** Free text: for matching only, never to be quoted. */
  readonly sequenceName: string;
  readonly seriesDescription: string;
  readonly protocolName: string;
  readonly bodyPartExamined: string;
}

/**
 * Reads a header from DICOM JSON metadata (PS3.18 annex F). Tolerant: values may be text or numbers, and all but
 * the UIDs may be missing or malformed.
 * @throws ImagingError naming the attribute when a UID of the SOP class, instance, series or study is missing.
 */
export function headerFromJson(json: DicomJson): ImageHeader {
  const orientation = numberValues(json, '00200037');
  const spacing = numberValues(json, '00280030');
  return {
    ...identity(json),
    frameOfReferenceUid: textValue(json, '00200052'),
    modality: textValue(json, '00080060') ?? '',
    seriesNumber: numberValue(json, '00200011'),
    instanceNumber: numberValue(json, '00200013'),
    imageType: textValues(json, '00080008'),
    rows: numberValue(json, '00280010') ?? 0,
    columns: numberValue(json, '00280011') ?? 0,
    numberOfFrames: numberValue(json, '00280008') ?? 1,
    pixelSpacingMm:
      spacing?.length === 2 && spacing.every((mm) => mm > 0) ? [spacing[0]!, spacing[1]!] : null,
    imagePositionMm: point(numberValues(json, '00200032')),
    rowDirection: orientation?.length === 6 ? point(orientation.slice(0, 3)) : null,
    columnDirection: orientation?.length === 6 ? point(orientation.slice(3)) : null,
    sliceThicknessMm: numberValue(json, '00180050'),
    spacingBetweenSlicesMm: numberValue(json, '00180088'),
    ...pulseSequence(json),
    seriesDescription: textValue(json, '0008103E') ?? '',
    protocolName: textValue(json, '00181030') ?? '',
    bodyPartExamined: textValue(json, '00180015') ?? '',
  };
}

function identity(json: DicomJson) {
  const sopInstanceUid = textValue(json, '00080018');
  const required = (tag: string, name: string): string => {
    const value = textValue(json, tag);
    if (value === null) {
      throw new ImagingError(`${name} is missing`, {
        sopInstanceUid,
        tag: `(${tag.slice(0, 4)},${tag.slice(4)})`,
      });
    }
    return value;
  };
  return {
    sopInstanceUid: required('00080018', 'SOPInstanceUID'),
    sopClassUid: required('00080016', 'SOPClassUID'),
    seriesInstanceUid: required('0020000E', 'SeriesInstanceUID'),
    studyInstanceUid: required('0020000D', 'StudyInstanceUID'),
  };
}

function pulseSequence(json: DicomJson) {
  return {
    echoTimeMs: numberValue(json, '00180081'),
    repetitionTimeMs: numberValue(json, '00180080'),
    inversionTimeMs: numberValue(json, '00180082'),
    echoTrainLength: numberValue(json, '00180091'),
    scanningSequence: textValues(json, '00180020'),
    sequenceVariant: textValues(json, '00180021'),
    scanOptions: textValues(json, '00180022'),
    contrastAgentGiven: hasValue(json, '00180010'),
    sequenceName: textValue(json, '00180024') ?? '',
  };
}

function point(values: readonly number[] | null): Point | null {
  return values?.length === 3 ? [values[0]!, values[1]!, values[2]!] : null;
}
