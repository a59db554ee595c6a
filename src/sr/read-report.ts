import type { DcmjsDict } from 'dcmjs';
import { GRADES, type Grade } from '../domain/grade.ts';
import { LEVELS } from '../domain/level.ts';
import { CONDITIONS, SIDES, type Target } from '../domain/target.ts';
import { CODES, GRADE_CODES, GRADE_CONCEPT_CODES, LEVEL_CODES, SIDE_CODES } from './coded-concepts.ts';
import { childNamed, childrenNamed, hasCode, items, numbers, parseDataSet, text } from './parsed-content.ts';

export interface ReadFinding extends Target {
  readonly grade: Grade;
  readonly probabilities: Readonly<Record<Grade, number>>;
  readonly trackingIdentifier: string;
  readonly trackingUid: string;
  /** Null where the report gives no place. */
  readonly place: {
    readonly sopInstanceUid: string;
    readonly pixel: readonly number[];
    readonly pointMm: readonly number[] | null;
    readonly frameOfReferenceUid: string | null;
  } | null;
}

export interface ReadReport {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly algorithmName: string;
  readonly algorithmVersion: string;
  readonly findings: readonly ReadFinding[];
}

/**
 * Reads a report this project wrote.
 * @throws TypeError when the bytes are no readable DICOM object or no such report.
 */
export function readReport(bytes: Uint8Array): ReadReport {
  const document = parseDataSet(bytes);
  const measurements = required(childNamed(document, CODES.imagingMeasurements), 'Imaging Measurements');
  return {
    studyInstanceUid: text(document, 'StudyInstanceUID'),
    seriesInstanceUid: text(document, 'SeriesInstanceUID'),
    sopInstanceUid: text(document, 'SOPInstanceUID'),
    algorithmName: text(
      required(childNamed(measurements, CODES.algorithmName), 'Algorithm Name'),
      'TextValue',
    ),
    algorithmVersion: text(
      required(childNamed(measurements, CODES.algorithmVersion), 'Algorithm Version'),
      'TextValue',
    ),
    findings: childrenNamed(measurements, CODES.measurementGroup).map(readGroup),
  };
}

function readGroup(group: DcmjsDict): ReadFinding {
  const site = required(childNamed(group, CODES.findingSite), 'Finding Site');
  const laterality = childNamed(site, CODES.laterality);
  const condition = CONDITIONS.find((candidate) => childNamed(group, GRADE_CONCEPT_CODES[candidate]));
  const evaluation = childNamed(group, GRADE_CONCEPT_CODES[required(condition, 'grade')]);
  return {
    condition: required(condition, 'grade'),
    level: required(
      LEVELS.find((level) => hasCode(site, LEVEL_CODES[level])),
      'level',
    ),
    side:
      laterality === undefined
        ? null
        : required(
            SIDES.find((side) => hasCode(laterality, SIDE_CODES[side])),
            'side',
          ),
    grade: gradeIn(required(evaluation, 'grade')),
    probabilities: Object.fromEntries(
      childrenNamed(group, CODES.probability).map((item) => [
        gradeIn(required(childNamed(item, CODES.severity), 'Severity')),
        numbers(required(items(item, 'MeasuredValueSequence')[0], 'Measured Value'), 'NumericValue')[0],
      ]),
    ) as Record<Grade, number>,
    trackingIdentifier: text(
      required(childNamed(group, CODES.trackingIdentifier), 'Tracking Identifier'),
      'TextValue',
    ),
    trackingUid: text(
      required(childNamed(group, CODES.trackingUniqueIdentifier), 'Tracking Unique Identifier'),
      'UID',
    ),
    place: readPlace(group),
  };
}

function readPlace(group: DcmjsDict): ReadFinding['place'] {
  const points = childrenNamed(group, CODES.approximateSpatialLocation);
  const onImage = points.find((item) => text(item, 'ValueType') === 'SCOORD');
  if (onImage === undefined) return null;
  const inSpace = points.find((item) => text(item, 'ValueType') === 'SCOORD3D');
  const image = required(items(onImage, 'ContentSequence')[0], 'image of a point');
  return {
    sopInstanceUid: text(
      required(items(image, 'ReferencedSOPSequence')[0], 'image reference'),
      'ReferencedSOPInstanceUID',
    ),
    pixel: numbers(onImage, 'GraphicData'),
    pointMm: inSpace === undefined ? null : numbers(inSpace, 'GraphicData'),
    frameOfReferenceUid: inSpace === undefined ? null : text(inSpace, 'ReferencedFrameOfReferenceUID'),
  };
}

function gradeIn(item: DcmjsDict): Grade {
  return required(
    GRADES.find((grade) => hasCode(item, GRADE_CODES[grade])),
    'grade',
  );
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`not a report of this project: no ${what}`);
  return value;
}
