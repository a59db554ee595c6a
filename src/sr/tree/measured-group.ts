import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import {
  isMeasured,
  type Measured,
  type Measurement,
  UNIT,
  type Unmeasured,
} from '../../domain/measurement.ts';
import {
  CODES,
  LEVEL_CODES,
  MEASURE_CODES,
  METHOD_CODES,
  measurementName,
  UNIT_CODES,
  UNMEASURED_CODES,
  UNMEASURED_CONCEPT_CODES,
} from './coded-concepts.ts';
import {
  type ChildOf,
  type ContentItem,
  codeItem,
  container,
  imageItem,
  numItem,
  scoordPolyline,
  textItem,
  uidItem,
} from './content-item.ts';
import { contains } from './measurement-group.ts';

/** The same measure of the same level of a study has the same tracking UID in every report. */
export function measurementTrackingUid(
  studyInstanceUid: string,
  { level, measure }: Pick<Measurement, 'level' | 'measure'>,
): string {
  return deterministicUid('tracking', studyInstanceUid, `${measure} ${level}`);
}

/**
 * One length or area of a motion segment (PS3.16 TID 1501): tracking, how it was measured, finding site, the number
 * (TID 300) inferred from its ends or outline (TID 320), and these as image region. A group each, so that a viewer draws
 * each where it was measured (docs/decisions/0022).
 */
export function measuredGroup(measured: Measured, studyInstanceUid: string): ContentItem<'CONTAINER'> {
  const { level, measure, value, image } = measured;
  const line = UNIT[measure] === 'mm' ? measured.pixels : [...measured.pixels, measured.pixels[0]!];
  const region = scoordPolyline(CODES.imageRegion, line, imageItem(CODES.sourceOfMeasurement, image));
  const uid = measurementTrackingUid(studyInstanceUid, measured);
  return container(
    CODES.measurementGroup,
    [
      {
        relationship: 'HAS OBS CONTEXT',
        item: textItem(CODES.trackingIdentifier, measurementName(measured)),
      },
      { relationship: 'HAS OBS CONTEXT', item: uidItem(CODES.trackingUniqueIdentifier, uid) },
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.measurementMethod, METHOD_CODES[measure]) },
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.findingSite, LEVEL_CODES[level]) },
      contains(
        numItem(MEASURE_CODES[measure], value, UNIT_CODES[UNIT[measure]], [
          { relationship: 'INFERRED FROM', item: region },
        ]),
      ),
      contains(imageItem(CODES.sourceOfMeasurement, image)),
      contains(region),
    ],
    '1501',
  );
}

/**
 * What was not measured, as qualitative evaluations of the whole report (TID 1500): a group without coordinates, or a
 * number without a value, keeps a common viewer from opening the report.
 */
export function unmeasuredItems(measurements: readonly Measurement[]): ChildOf<'CONTAINER'>[] {
  return measurements
    .filter((each): each is Unmeasured => !isMeasured(each))
    .map(({ level, measure, absent }) =>
      contains(codeItem(UNMEASURED_CONCEPT_CODES[level][measure], UNMEASURED_CODES[absent])),
    );
}
