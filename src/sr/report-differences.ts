import type { DcmjsDict } from 'dcmjs';
import { type Keyword, tagOf } from './data-set.ts';
import { parseDataSet } from './parsed-content.ts';

/** What a report is: an archive may coerce patient and study attributes and re-encode, but must not touch these. */
const ESSENTIAL: readonly Keyword[] = [
  'SOPClassUID',
  'SOPInstanceUID',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'CompletionFlag',
  'ConceptNameCodeSequence',
  'ContentTemplateSequence',
  'CurrentRequestedProcedureEvidenceSequence',
  'PredecessorDocumentsSequence',
  'ContentSequence',
];

/**
 * Keywords of the essential attributes in which an archive's copy differs from what was sent; none when it kept the
 * report. Transfer syntax and coerced patient or study attributes do not matter.
 * @throws TypeError when either is no readable DICOM object.
 */
export function reportDifferences(sent: Uint8Array, received: Uint8Array): readonly string[] {
  const [ours, theirs] = [parseDataSet(sent), parseDataSet(received)];
  return ESSENTIAL.filter(
    (keyword) => JSON.stringify(plain(ours, keyword)) !== JSON.stringify(plain(theirs, keyword)),
  );
}

/** Values only, in the order of tags: VRs and raw bytes differ between transfer syntaxes. */
function plain(dataSet: DcmjsDict, keyword: Keyword): unknown {
  const value = (values: readonly unknown[]): unknown =>
    values.map((entry) =>
      typeof entry === 'object' && entry !== null
        ? Object.entries(entry as DcmjsDict)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([tag, element]) => [tag, value(element.Value)])
        : entry,
    );
  return value(dataSet[tagOf(keyword)]?.Value ?? []);
}
