import type { Finding, Location } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import { targetKey } from '../domain/target.ts';
import { deterministicUid } from '../imaging/deterministic-uid.ts';
import {
  CODES,
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
 * Every child has a concept name, the first number names the finding and its grade, and the 2D point comes first
 * among the coordinates: viewers rely on all three.
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
      contains(numItem(gradedTargetCode(finding, grade), finding.probabilities[grade], CODES.noUnits)),
      ...probabilities(finding).map(contains),
      ...(finding.location === null ? [] : place(finding.location).map(contains)),
      contains(codeItem(GRADE_CONCEPT_CODES[condition], GRADE_CODES[grade])),
    ],
    '1501',
  );
}

export function contains(item: ContentItem): GroupChild {
  return { relationship: 'CONTAINS', item };
}

/** The probability of each grade (TID 300). */
function probabilities(finding: Finding): ContentItem<'NUM'>[] {
  return GRADES.map((grade) =>
    numItem(CODES.probability, finding.probabilities[grade], CODES.noUnits, [
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.severity, GRADE_CODES[grade]) },
    ]),
  );
}

/** The image, the point on it, and the point in space where the image has a frame of reference. */
export function place({ image, pixel, pointMm }: Location): ContentItem[] {
  const source = imageItem(CODES.sourceOfMeasurement, image);
  const pointOnImage = scoordPoint(CODES.approximateSpatialLocation, pixel, source);
  if (image.frameOfReferenceUid === null) return [source, pointOnImage];
  return [
    source,
    pointOnImage,
    scoord3dPoint(CODES.approximateSpatialLocation, pointMm, image.frameOfReferenceUid),
  ];
}
