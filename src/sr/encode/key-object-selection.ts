import { imageKey } from '../../dicom/image/image-header.ts';
import type { Finding, GradedStudy } from '../../domain/assessment.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { CODES, targetName } from '../tree/coded-concepts.ts';
import {
  type ChildOf,
  type ContentItem,
  codeItem,
  container,
  imageItem,
  textItem,
} from '../tree/content-item.ts';
import { contentItemDataSet } from '../tree/content-item-data-set.ts';
import { documentReferences } from '../tree/document-references.ts';
import { observerContext, RESEARCH_USE_STATEMENT } from '../tree/measurement-report.ts';
import { dataSet } from './data-set.ts';
import { encodeResult, type ResultHeader, resultHeader } from './result-header.ts';

/** PS3.6 annex A. */
const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

/** Whether there is an image on which a moderate or severe finding was read. */
export function hasKeyImages({ findings }: GradedStudy): boolean {
  return findings.some(isShown);
}

function isShown({ grade, location }: Finding): boolean {
  return grade !== 'Normal/Mild' && location !== null;
}

/**
 * Composes the Key Object Selection (PS3.3 A.35.4, PS3.16 TID 2010) of the images on which moderate and severe
 * findings were read, with a description that says which; null when there is no such image.
 */
export function composeKeyObjects(header: ResultHeader, { findings }: GradedStudy): Uint8Array | null {
  const shown = findings.filter(isShown);
  const images = distinctFrames(shown.map(({ location }) => location!.image));
  if (images.length === 0) return null;
  const names = shown.map((finding) => `${targetName(finding)}: ${finding.grade}`);
  const { studyInstanceUid } = header;
  return encodeResult({
    ...resultHeader(header, KEY_OBJECT_SELECTION, 'KO'),
    ...dataSet({
      ReferencedPerformedProcedureStepSequence: [],
      CurrentRequestedProcedureEvidenceSequence: documentReferences(
        images.map((image) => ({ studyInstanceUid, ...image })),
      ),
    }),
    ...contentItemDataSet(keyObjects(header, `${RESEARCH_USE_STATEMENT} ${names.join('; ')}.`, images)),
  });
}

function keyObjects(
  { observer }: ResultHeader,
  description: string,
  images: readonly ImageReference[],
): ContentItem<'CONTAINER'> {
  const shown = images.map(
    (image): ChildOf<'CONTAINER'> => ({ relationship: 'CONTAINS', item: imageItem(null, image) }),
  );
  return container(
    CODES.ofInterest,
    [
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.language, CODES.englishUnitedStates) },
      ...observerContext(observer),
      { relationship: 'CONTAINS', item: textItem(CODES.keyObjectDescription, description) },
      ...shown,
    ],
    '2010',
  );
}

/** Each image, or frame of one, once, in the order of the findings. */
function distinctFrames(images: readonly ImageReference[]): ImageReference[] {
  const frames = new Map(images.map((image) => [imageKey(image), image]));
  return [...frames.values()];
}
