import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { Finding, Location, ReadingPlace, UnseenPlace } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import { targetKey } from '../../domain/target.ts';
import {
  CODES,
  type Code,
  FINDING_CODES,
  GRADE_CODES,
  GRADE_CONCEPT_CODES,
  gradedTargetCode,
  LEVEL_CODES,
  SIDE_CODES,
  targetName,
} from './coded-concepts.ts';
import {
  type ChildOf,
  type ContentItem,
  codeItem,
  container,
  imageItem,
  numItem,
  scoord3dPoint,
  scoordPoint,
  textItem,
  uidItem,
} from './content-item.ts';

type GroupChild = ChildOf<'CONTAINER'>;

/** The same target of the same study has the same tracking UID in every report, whatever its grade. */
export function trackingUid(studyInstanceUid: string, target: Parameters<typeof targetKey>[0]): string {
  return deterministicUid('tracking', studyInstanceUid, targetKey(target));
}

/**
 * One finding (PS3.16 TID 1501): tracking, finding site with laterality, probabilities (TID 300), place, grade.
 *
 * Viewers rely on its order (docs/decisions/0004): every child has a concept name; the first number names the finding
 * and its grade, and is inferred from the place; the first coordinates are the 2D point as an image region, or the
 * 3D point where no image shows the place.
 */
export function measurementGroup(finding: Finding, studyInstanceUid: string): ContentItem<'CONTAINER'> {
  const { condition, side, level, grade } = finding;
  const laterality = side === null ? [] : [codeItem(CODES.laterality, SIDE_CODES[side])];
  const site = codeItem(
    CODES.findingSite,
    LEVEL_CODES[level],
    laterality.map((item) => ({ relationship: 'HAS CONCEPT MOD', item })),
  );
  return container(
    CODES.measurementGroup,
    [
      { relationship: 'HAS OBS CONTEXT', item: textItem(CODES.trackingIdentifier, targetName(finding)) },
      {
        relationship: 'HAS OBS CONTEXT',
        item: uidItem(CODES.trackingUniqueIdentifier, trackingUid(studyInstanceUid, finding)),
      },
      // A Finding asserts that the disease is there, so a normal level has none.
      ...(grade === 'Normal/Mild' ? [] : [contains(codeItem(CODES.finding, FINDING_CODES[condition]))]),
      { relationship: 'HAS CONCEPT MOD', item: site },
      contains(namedProbability(gradedTargetCode(finding, grade), finding.probabilities[grade], finding)),
      ...probabilities(finding).map(contains),
      ...place(finding).map(contains),
      contains(codeItem(GRADE_CONCEPT_CODES[condition], GRADE_CODES[grade])),
    ],
    '1501',
  );
}

export function contains(item: ContentItem): GroupChild {
  return { relationship: 'CONTAINS', item };
}

/** A probability under a name that says of what, inferred from its point (TID 300, TID 320). */
export function namedProbability(
  conceptName: Code,
  probability: number,
  { location, unseenAt }: ReadingPlace,
): ContentItem<'NUM'> {
  const point =
    location === null ? pointInSpace(unseenAt) : [pointOnImage(CODES.approximateSpatialLocation, location)];
  return numItem(
    conceptName,
    probability,
    CODES.noUnits,
    point.map((item) => ({ relationship: 'INFERRED FROM', item })),
  );
}

/** The probability of each grade (TID 300). */
function probabilities(finding: Finding): ContentItem<'NUM'>[] {
  return GRADES.map((grade) =>
    numItem(CODES.probability, finding.probabilities[grade], CODES.noUnits, [
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.severity, GRADE_CODES[grade]) },
    ]),
  );
}

/**
 * The image, the point on it (as an image region too, which viewers offer as a measurement), and the point in space
 * where the image has a frame of reference. Where no image shows the place, the point in space alone.
 */
export function place({ location, unseenAt }: ReadingPlace): ContentItem[] {
  if (location === null) return pointInSpace(unseenAt);
  const { image, pointMm } = location;
  const onImage = [
    imageItem(CODES.sourceOfMeasurement, image),
    pointOnImage(CODES.imageRegion, location),
    pointOnImage(CODES.approximateSpatialLocation, location),
  ];
  const { frameOfReferenceUid } = image;
  return frameOfReferenceUid === null
    ? onImage
    : [...onImage, ...pointInSpace({ pointMm, frameOfReferenceUid })];
}

function pointInSpace(place: UnseenPlace | undefined): ContentItem<'SCOORD3D'>[] {
  if (place === undefined) return [];
  return [scoord3dPoint(CODES.approximateSpatialLocation, place.pointMm, place.frameOfReferenceUid)];
}

function pointOnImage(conceptName: Code, { image, pixel }: Location): ContentItem<'SCOORD'> {
  return scoordPoint(conceptName, pixel, imageItem(CODES.sourceOfMeasurement, image));
}
