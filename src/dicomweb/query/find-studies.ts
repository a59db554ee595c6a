import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue, textValues } from '../../dicom/json/dicom-json-values.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { StudyQuery, StudySummary } from '../archive.ts';
import type { QueryParts } from './query-page.ts';
import { allRows } from './query-rows.ts';
import { trustedCount } from './trusted-count.ts';

const STUDY_DATE = '00080020';
const MODALITIES_IN_STUDY = '00080061';
const STUDY_INSTANCE_UID = '0020000D';
const NUMBER_OF_STUDY_RELATED_INSTANCES = '00201208';

/** Studies with MR series, optionally of an inclusive range of StudyDate; see Archive.findStudies. */
export async function findMrStudies(
  parts: QueryParts,
  { studyDate, atMost }: StudyQuery,
): Promise<readonly StudySummary[]> {
  const rows = await allRows<StudyInstanceUid>(
    parts,
    {
      call: 'find studies',
      resource: '/studies',
      study: null,
      includeFields: [NUMBER_OF_STUDY_RELATED_INSTANCES, MODALITIES_IN_STUDY],
      filters: studyDate === null ? [] : [`StudyDate=${studyDate.from}-${studyDate.to}`],
      modalityFilter: 'ModalitiesInStudy=MR',
    },
    {
      uidTag: STUDY_INSTANCE_UID,
      uidName: 'StudyInstanceUID',
      variantTags: [STUDY_DATE, MODALITIES_IN_STUDY, NUMBER_OF_STUDY_RELATED_INSTANCES],
    },
    { atMost },
  );
  // Archives ignore parameters they do not know and then answer with everything.
  return [...rows]
    .filter(
      ([, study]) => hasMr(study) && study.some((row) => isWithin(textValue(row, STUDY_DATE), studyDate)),
    )
    .map(([studyInstanceUid, study]) => ({
      studyInstanceUid,
      instanceCount: studyCount(study),
      studyDate: study.map((row) => textValue(row, STUDY_DATE)).find((date) => date !== null) ?? null,
    }));
}

/**
 * Rows of one study, one a modality, add up. Rows that overlap in modality contradict each other (one an archive
 * behind the archive, or a study that grew between two pages): then no count is right.
 */
function studyCount(rows: readonly DicomJson[]): number | null {
  const modalities = rows.map(modalitiesOf);
  const apart =
    rows.length === 1 ||
    (modalities.every((some) => some.length > 0) &&
      new Set(modalities.flat()).size === modalities.flat().length);
  const counts = rows.map((row) => trustedCount(row, NUMBER_OF_STUDY_RELATED_INSTANCES));
  return apart
    ? counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0)
    : null;
}

function modalitiesOf(row: DicomJson): string[] {
  return textValues(row, MODALITIES_IN_STUDY).flatMap((value) => value.split('\\').map((one) => one.trim()));
}

/** True also when the archive does not tell of one of its rows. */
function hasMr(rows: readonly DicomJson[]): boolean {
  return rows.map(modalitiesOf).some((modalities) => modalities.length === 0 || modalities.includes('MR'));
}

function isWithin(date: string | null, range: StudyQuery['studyDate']): boolean {
  if (range === null || date === null || !/^\d{8}$/.test(date)) return true;
  return date >= range.from && date <= range.to;
}
