import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { Observation } from '../../domain/assessment.ts';
import {
  CODES,
  LABEL_CONCEPT_CODES,
  LABEL_FINDING_CODES,
  LEVEL_CODES,
  observationName,
  observedLabelCode,
  PRESENCE_CODES,
} from './coded-concepts.ts';
import { type ContentItem, codeItem, container, numItem, textItem, uidItem } from './content-item.ts';
import { contains, namedProbability, place } from './measurement-group.ts';

/** The same label of the same level of a study has the same tracking UID in every report, present or not. */
export function observationTrackingUid(
  studyInstanceUid: string,
  { label, level }: Pick<Observation, 'label' | 'level'>,
): string {
  return deterministicUid('tracking', studyInstanceUid, `${label} ${level}`);
}

/**
 * One yes-or-no observation of a motion segment (PS3.16 TID 1501): tracking, finding site, probability (TID 300),
 * place, and whether it is present. The order is that of a finding's group, for the same viewers.
 */
export function observationGroup(
  observation: Observation,
  studyInstanceUid: string,
): ContentItem<'CONTAINER'> {
  const { label, level, probability, present } = observation;
  const uid = observationTrackingUid(studyInstanceUid, observation);
  const presence = present ? PRESENCE_CODES.present : PRESENCE_CODES.absent;
  return container(
    CODES.measurementGroup,
    [
      {
        relationship: 'HAS OBS CONTEXT',
        item: textItem(CODES.trackingIdentifier, observationName(observation)),
      },
      { relationship: 'HAS OBS CONTEXT', item: uidItem(CODES.trackingUniqueIdentifier, uid) },
      ...(present ? [contains(codeItem(CODES.finding, LABEL_FINDING_CODES[label]))] : []),
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.findingSite, LEVEL_CODES[level]) },
      contains(
        namedProbability(
          observedLabelCode(label, level, present),
          present ? probability : 1 - probability,
          observation,
        ),
      ),
      contains(numItem(CODES.probability, probability, CODES.noUnits)),
      ...place(observation).map(contains),
      contains(codeItem(LABEL_CONCEPT_CODES[label], presence)),
    ],
    '1501',
  );
}
