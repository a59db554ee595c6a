import { childNamed, childrenNamed, hasCode } from '../../src/cli/validate/parsed-content.ts';
import { DISC_LABELS, type Observation } from '../../src/domain/assessment.ts';
import { GRADES, type Grade } from '../../src/domain/grade.ts';
import { LEVELS, type Level } from '../../src/domain/level.ts';
import {
  MEASURES,
  type Measured,
  UNIT,
  type Unmeasured,
  type WhyUnmeasured,
} from '../../src/domain/measurement.ts';
import { CONDITIONS, SIDES, type Target } from '../../src/domain/target.ts';
import { floats, items, type ParsedObject, parseObject, text } from '../../src/results/parsed-object.ts';
import {
  CODES,
  type Code,
  GRADE_CODES,
  GRADE_CONCEPT_CODES,
  LABEL_CONCEPT_CODES,
  LEVEL_CODES,
  MEASURE_CODES,
  METHOD_CODES,
  PRESENCE_CODES,
  SIDE_CODES,
  UNIT_CODES,
  UNMEASURED_CODES,
  UNMEASURED_CONCEPT_CODES,
} from '../../src/sr/tree/coded-concepts.ts';

export interface ReadFinding extends Target {
  readonly grade: Grade;
  readonly probabilities: Readonly<Record<Grade, number>>;
  readonly trackingIdentifier: string;
  readonly trackingUid: string;
  /** Null where the report gives no place. */
  readonly place: {
    /** Null where no image shows the place. */
    readonly sopInstanceUid: string | null;
    readonly pixel: readonly number[] | null;
    readonly pointMm: readonly number[] | null;
    readonly frameOfReferenceUid: string | null;
  } | null;
}

export interface ReadObservation
  extends Omit<Observation, 'location' | 'unseenAt'>,
    Pick<ReadFinding, 'trackingIdentifier' | 'trackingUid' | 'place'> {}

export interface ReadMeasured
  extends Pick<Measured, 'level' | 'measure' | 'value'>,
    Pick<ReadFinding, 'trackingIdentifier' | 'trackingUid'> {
  readonly sopInstanceUid: string;
  readonly frameNumber: number | null;
  /** Columns and rows in turn; of the region and of what the number is inferred from. */
  readonly region: readonly number[];
  readonly inferredFrom: readonly number[];
}

export interface ReadReport {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly algorithmName: string;
  readonly algorithmVersion: string;
  readonly findings: readonly ReadFinding[];
  readonly observations: readonly ReadObservation[];
  readonly measured: readonly ReadMeasured[];
  readonly unmeasured: readonly Unmeasured[];
}

/**
 * Reads a report this project wrote.
 * @throws TypeError when the bytes are no readable DICOM object or no such report.
 */
export function readReport(bytes: Uint8Array): ReadReport {
  const document = parseObject(bytes);
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
    ...readGroups(childrenNamed(measurements, CODES.measurementGroup)),
    unmeasured: readUnmeasured(
      required(childNamed(document, CODES.qualitativeEvaluations), 'Qualitative Evaluations'),
    ),
  };
}

/** A group that evaluates a grade is a finding, one that has a measure is of that, any other an observation. */
export function readGroups(
  groups: readonly ParsedObject[],
): Pick<ReadReport, 'findings' | 'observations' | 'measured'> {
  const has = (codes: Readonly<Record<string, Code>>) => (group: ParsedObject) =>
    Object.values(codes).some((code) => childNamed(group, code) !== undefined);
  const [isFinding, isMeasured] = [has(GRADE_CONCEPT_CODES), has(MEASURE_CODES)];
  return {
    findings: groups.filter(isFinding).map(readGroup),
    observations: groups.filter((group) => !isFinding(group) && !isMeasured(group)).map(readObservation),
    measured: groups.filter(isMeasured).map(readMeasured),
  };
}

function readMeasured(group: ParsedObject): ReadMeasured {
  const measure = required(
    MEASURES.find((each) => childNamed(group, MEASURE_CODES[each])),
    'measure',
  );
  const number = childNamed(group, MEASURE_CODES[measure])!;
  const units = items(items(number, 'MeasuredValueSequence')[0]!, 'MeasurementUnitsCodeSequence')[0]!;
  const unit = UNIT_CODES[UNIT[measure]];
  if (text(units, 'CodeValue') !== unit.value || text(units, 'CodingSchemeDesignator') !== unit.scheme) {
    throw new TypeError(`${measure} has another unit`);
  }
  const method = required(childNamed(group, CODES.measurementMethod), 'Measurement Method');
  if (!hasCode(method, METHOD_CODES[measure])) throw new TypeError(`${measure} has another method`);
  const region = required(childNamed(group, CODES.imageRegion), 'Image Region');
  const inferred = required(childNamed(number, CODES.imageRegion), 'what it is inferred from');
  const source = required(childNamed(group, CODES.sourceOfMeasurement), 'Source of Measurement');
  const reference = required(items(source, 'ReferencedSOPSequence')[0], 'image reference');
  for (const line of [region, inferred]) {
    if (
      text(line, 'GraphicType') !== 'POLYLINE' ||
      imageOf(line) !== text(reference, 'ReferencedSOPInstanceUID')
    ) {
      throw new TypeError(`${measure} is not drawn on its image`);
    }
  }
  const frame = text(reference, 'ReferencedFrameNumber');
  return {
    level: levelOf(required(childNamed(group, CODES.findingSite), 'Finding Site')),
    measure,
    value: numberIn(number),
    ...readTracking(group),
    sopInstanceUid: text(reference, 'ReferencedSOPInstanceUID'),
    frameNumber: frame === '' ? null : Number(frame),
    region: floats(region, 'GraphicData'),
    inferredFrom: floats(inferred, 'GraphicData'),
  };
}

function readUnmeasured(evaluations: ParsedObject): Unmeasured[] {
  const reasons = Object.keys(UNMEASURED_CODES) as WhyUnmeasured[];
  return LEVELS.flatMap((level) =>
    MEASURES.flatMap((measure) =>
      childrenNamed(evaluations, UNMEASURED_CONCEPT_CODES[level][measure]).map((item) => ({
        ...{ level, measure },
        absent: required(
          reasons.find((why) => hasCode(item, UNMEASURED_CODES[why])),
          'reason',
        ),
      })),
    ),
  );
}

function readObservation(group: ParsedObject): ReadObservation {
  const label = required(
    DISC_LABELS.find((candidate) => childNamed(group, LABEL_CONCEPT_CODES[candidate])),
    'label',
  );
  const evaluation = required(childNamed(group, LABEL_CONCEPT_CODES[label]), 'label');
  return {
    label,
    level: levelOf(required(childNamed(group, CODES.findingSite), 'Finding Site')),
    probability: numberIn(required(childNamed(group, CODES.probability), 'Probability')),
    present: hasCode(evaluation, PRESENCE_CODES.present),
    ...readTracking(group),
    place: readPlace(group),
  };
}

function readGroup(group: ParsedObject): ReadFinding {
  const site = required(childNamed(group, CODES.findingSite), 'Finding Site');
  const laterality = childNamed(site, CODES.laterality);
  const condition = CONDITIONS.find((candidate) => childNamed(group, GRADE_CONCEPT_CODES[candidate]));
  const evaluation = childNamed(group, GRADE_CONCEPT_CODES[required(condition, 'grade')]);
  return {
    condition: required(condition, 'grade'),
    level: levelOf(site),
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
        numberIn(item),
      ]),
    ) as Record<Grade, number>,
    ...readTracking(group),
    place: readPlace(group),
  };
}

function readTracking(group: ParsedObject): Pick<ReadFinding, 'trackingIdentifier' | 'trackingUid'> {
  const identifier = required(childNamed(group, CODES.trackingIdentifier), 'Tracking Identifier');
  const uid = required(childNamed(group, CODES.trackingUniqueIdentifier), 'Tracking Unique Identifier');
  return { trackingIdentifier: text(identifier, 'TextValue'), trackingUid: text(uid, 'UID') };
}

function levelOf(site: ParsedObject): Level {
  return required(
    LEVELS.find((level) => hasCode(site, LEVEL_CODES[level])),
    'level',
  );
}

function numberIn(item: ParsedObject): number {
  const measured = required(items(item, 'MeasuredValueSequence')[0], 'Measured Value');
  return Number(text(measured, 'NumericValue'));
}

function readPlace(group: ParsedObject): ReadFinding['place'] {
  const points = childrenNamed(group, CODES.approximateSpatialLocation);
  const onImage = points.find((item) => text(item, 'ValueType') === 'SCOORD');
  const inSpace = points.find((item) => text(item, 'ValueType') === 'SCOORD3D');
  if (onImage === undefined && inSpace === undefined) return null;
  return {
    sopInstanceUid: onImage === undefined ? null : imageOf(onImage),
    pixel: onImage === undefined ? null : floats(onImage, 'GraphicData'),
    pointMm: inSpace === undefined ? null : floats(inSpace, 'GraphicData'),
    frameOfReferenceUid: inSpace === undefined ? null : text(inSpace, 'ReferencedFrameOfReferenceUID'),
  };
}

function imageOf(point: ParsedObject): string {
  const image = required(items(point, 'ContentSequence')[0], 'image of a point');
  const reference = required(items(image, 'ReferencedSOPSequence')[0], 'image reference');
  return text(reference, 'ReferencedSOPInstanceUID');
}

function gradeIn(item: ParsedObject): Grade {
  return required(
    GRADES.find((grade) => hasCode(item, GRADE_CODES[grade])),
    'grade',
  );
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`not a report of this project: no ${what}`);
  return value;
}
