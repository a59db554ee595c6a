import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { IncompleteContext } from '../../domain/incomplete-context.ts';
import { type Remark, remark } from '../../domain/remark.ts';
import { copiedStudyContext } from './copied-study-context.ts';
import { type Keyword, tagOf } from './data-set.ts';
import { textOf } from './result-header.ts';

/** Of these a reader should know that the images did not tell them. */
const NOTEWORTHY: readonly Keyword[] = ['PatientID', 'StudyDate', 'AccessionNumber'];

/** How the patient and study attributes of an object differ from those of the images; free of patient data. */
export function contextRemarks(studyContext: DicomJson): Remark<'context-incomplete'>[] {
  const { dataSet, malformedTags, unreadableTags, mendedTags, overlongTags } =
    copiedStudyContext(studyContext);
  const isKnownEmpty = (tag: string) => malformedTags.includes(tag) || unreadableTags.includes(tag);
  const empty = NOTEWORTHY.filter(
    (keyword) => textOf(dataSet, keyword) === null && !isKnownEmpty(tagOf(keyword)),
  );
  const found: readonly IncompleteContext[] = [
    { lacks: 'empty', attributes: empty },
    { lacks: 'malformed', attributes: malformedTags.map(shown) },
    { lacks: 'unreadable', attributes: unreadableTags.map(shown) },
    { lacks: 'mended', attributes: mendedTags.map(shown) },
    { lacks: 'overlong', attributes: overlongTags.map(shown) },
  ];
  return found
    .filter(({ attributes }) => attributes.length > 0)
    .map((lacks) => remark('context-incomplete', lacks));
}

function shown(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`;
}
