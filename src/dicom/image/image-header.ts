import type { Point } from '../../domain/point.ts';
import type { SiteRuleVerdict } from '../../domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import { ImagingError } from '../imaging-error.ts';
import type { DicomJson } from '../json/dicom-json.ts';
import { hasValue, numberValue, numberValues, textValue, textValues } from '../json/dicom-json-values.ts';
import { frameDataSets, isMultiFrame } from './functional-groups.ts';

/**
 * What selection and geometry need of one image, or of one frame of a multi-frame image; null (or empty) where it does
 * not say.
 */
export interface ImageHeader {
  readonly sopClassUid: string;
  readonly sopInstanceUid: SopInstanceUid;
  /** 1-based frame of an object with functional groups; null for a single-frame image. */
  readonly frameNumber: number | null;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly studyInstanceUid: StudyInstanceUid;
  readonly frameOfReferenceUid: string | null;
  readonly modality: string;
  readonly seriesNumber: number | null;
  readonly instanceNumber: number | null;
  /** ImageType, for a frame FrameType; with the complex component, where that is told apart. */
  readonly imageType: readonly string[];
  /** 0 when the image does not say. */
  readonly rows: number;
  readonly columns: number;
  /** 1 for a frame. */
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
  readonly flipAngleDegrees: number | null;
  readonly echoTrainLength: number | null;
  /** ScanningSequence's terms (PS3.3 C.8.3.1.1.2): SE, IR, GR, EP, RM; translated for a frame of Enhanced MR. */
  readonly scanningSequence: readonly string[];
  readonly sequenceVariant: readonly string[];
  /** ScanOptions, with FS where Enhanced MR says that fat was suppressed. */
  readonly scanOptions: readonly string[];
  readonly acquisitionType: string;
  /** Which of several acquisitions, time points or stacks. */
  readonly acquisitionNumber: number | null;
  readonly temporalPosition: number | null;
  readonly stackId: string | null;
  /** s/mm²; null when no diffusion is told of. */
  readonly diffusionBValue: number | null;
  readonly contrastAgentGiven: boolean;
  /** Free text: for matching only, never to be quoted. */
  readonly sequenceName: string;
  readonly seriesDescription: string;
  readonly protocolName: string;
  readonly bodyPartExamined: string;
  /** What a rule of the site says of the image, null when none fits. */
  readonly siteRule: SiteRuleVerdict | null;
}

/**
 * One header for a single-frame image, one a frame for an object with functional groups (Enhanced MR, PS3.3 A.36).
 * @param siteRule what the site says of an image, or frame as frameDataSets gives it; by default nothing.
 * @throws ImagingError as headerFromJson and frameDataSets do.
 */
export function headersFromJson(
  json: DicomJson,
  siteRule: (frame: DicomJson) => SiteRuleVerdict | null = () => null,
): readonly ImageHeader[] {
  const multiFrame = isMultiFrame(json);
  return frameDataSets(json).map((frame, index) => ({
    ...headerFromJson(frame, multiFrame ? index + 1 : null),
    siteRule: siteRule(frame),
  }));
}

/** Tells the images of a study apart, also where SOP Instance UIDs repeat across its series; frames by their number. */
export function imageKey(
  image: Pick<ImageHeader, 'seriesInstanceUid' | 'sopInstanceUid' | 'frameNumber'>,
): string {
  const frame = image.frameNumber === null ? '' : `#${image.frameNumber}`;
  return `${image.seriesInstanceUid}/${image.sopInstanceUid}${frame}`;
}

/**
 * Reads a header from DICOM JSON metadata (PS3.18 annex F). Tolerant: values may be text or numbers, and all but
 * the UIDs may be missing or malformed.
 * @param frameNumber null for a single-frame image; else `json` is a frame of frameDataSets.
 * @throws ImagingError naming the attribute when a UID of the SOP class, instance, series or study is missing.
 */
export function headerFromJson(json: DicomJson, frameNumber: number | null = null): ImageHeader {
  const orientation = numberValues(json, '00200037');
  const spacing = numberValues(json, '00280030');
  return {
    ...identity(json),
    frameNumber,
    frameOfReferenceUid: textValue(json, '00200052'),
    modality: textValue(json, '00080060') ?? '',
    seriesNumber: numberValue(json, '00200011'),
    instanceNumber: numberValue(json, '00200013'),
    imageType: imageType(json),
    rows: numberValue(json, '00280010') ?? 0,
    columns: numberValue(json, '00280011') ?? 0,
    // 0 is what some scanners write for an image that has no frames beside itself.
    numberOfFrames: frameNumber === null ? numberValue(json, '00280008') || 1 : 1,
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
    siteRule: null,
  };
}

function identity(json: DicomJson) {
  const sopInstanceUid = textValue(json, '00080018');
  // Branded as it is: which UIDs keep to PS3.5 chapter 9 is for those who ask the archive for them.
  const required = <T extends string>(tag: string, name: string): T => {
    const value = textValue(json, tag);
    if (value === null) {
      throw new ImagingError(`${name} is missing`, {
        sopInstanceUid,
        tag: `(${tag.slice(0, 4)},${tag.slice(4)})`,
      });
    }
    return value as T;
  };
  return {
    sopInstanceUid: required<SopInstanceUid>('00080018', 'SOPInstanceUID'),
    sopClassUid: required('00080016', 'SOPClassUID'),
    seriesInstanceUid: required<SeriesInstanceUid>('0020000E', 'SeriesInstanceUID'),
    studyInstanceUid: required<StudyInstanceUid>('0020000D', 'StudyInstanceUID'),
  };
}

/** A frame's own FrameType (0008,9007) says more than the object's ImageType, which may be MIXED. */
function imageType(json: DicomJson): readonly string[] {
  const frameType = textValues(json, '00089007');
  const complexComponent = textValues(json, '00089208');
  return [...(frameType.length > 0 ? frameType : textValues(json, '00080008')), ...complexComponent];
}

/** Classic MR Image (PS3.3 C.8.3.1) and Enhanced MR (C.8.13.4, C.8.13.5) in the terms of the classic one. */
function pulseSequence(json: DicomJson) {
  const suppressesFat = /FAT/.test(textValue(json, '00189025') ?? '');
  const scanOptions = textValues(json, '00180022');
  return {
    echoTimeMs: plausible(numberValue(json, '00180081')),
    repetitionTimeMs: plausible(numberValue(json, '00180080')),
    inversionTimeMs: plausible(numberValue(json, '00180082')),
    flipAngleDegrees: plausible(numberValue(json, '00181314')),
    echoTrainLength: numberValue(json, '00180091'),
    scanningSequence: scanningSequence(json),
    sequenceVariant: textValues(json, '00180021'),
    scanOptions: suppressesFat ? [...scanOptions, 'FS'] : scanOptions,
    acquisitionType: textValue(json, '00180023') ?? '',
    acquisitionNumber: numberValue(json, '00200012'),
    temporalPosition: numberValue(json, '00200100'),
    stackId: textValue(json, '00209056'),
    diffusionBValue: plausible(numberValue(json, '00189087')),
    contrastAgentGiven: hasValue(json, '00180010') || hasValue(json, '00180012'),
    sequenceName: textValue(json, '00180024') ?? '',
  };
}

function scanningSequence(json: DicomJson): readonly string[] {
  const classic = textValues(json, '00180020');
  if (classic.length > 0) return classic;
  const echo = textValue(json, '00189008');
  return [
    ...(echo === 'SPIN' || echo === 'BOTH' ? ['SE'] : []),
    ...(echo === 'GRADIENT' || echo === 'BOTH' ? ['GR'] : []),
    ...(textValue(json, '00189018') === 'YES' ? ['EP'] : []),
    ...(textValue(json, '00189009') === 'YES' ? ['IR'] : []),
  ];
}

/** Some scanners fill what they do not know with a number beyond all measure, such as 7.23e75. */
function plausible(value: number | null): number | null {
  return value !== null && value >= 0 && value < 1e6 ? value : null;
}

function point(values: readonly number[] | null): Point | null {
  return values?.length === 3 ? [values[0]!, values[1]!, values[2]!] : null;
}
