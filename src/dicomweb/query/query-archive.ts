import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { numberValue, textValue, textValues } from '../../dicom/json/dicom-json-values.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import type { SeriesSummary, StudyQuery, StudySummary } from '../archive.ts';
import { allRows, type QueryParts } from './query-rows.ts';

const STUDY_DATE = '00080020';
const SOP_INSTANCE_UID = '00080018';
const MODALITY = '00080060';
const MODALITIES_IN_STUDY = '00080061';
const STUDY_INSTANCE_UID = '0020000D';
const SERIES_INSTANCE_UID = '0020000E';
const SERIES_NUMBER = '00200011';
const NUMBER_OF_STUDY_RELATED_INSTANCES = '00201208';
const NUMBER_OF_SERIES_RELATED_INSTANCES = '00201209';

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
    atMost,
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

/** Series of a study; counts the instances itself where the archive does not tell. See Archive.findSeries. */
export async function findSeriesOfStudy(
  parts: QueryParts,
  study: StudyInstanceUid,
): Promise<readonly SeriesSummary[]> {
  const rows = await allRows<SeriesInstanceUid>(
    parts,
    {
      call: 'find series',
      resource: `/studies/${study}/series`,
      study,
      includeFields: [NUMBER_OF_SERIES_RELATED_INSTANCES, MODALITY, SERIES_NUMBER],
      filters: [],
      modalityFilter: null,
    },
    {
      uidTag: SERIES_INSTANCE_UID,
      uidName: 'SeriesInstanceUID',
      variantTags: [MODALITY, NUMBER_OF_SERIES_RELATED_INSTANCES],
    },
  );
  const found: SeriesSummary[] = [];
  for (const [seriesInstanceUid, series] of rows) {
    const said = (tag: string) => series.map((row) => textValue(row, tag)).find((text) => text !== null);
    found.push({
      seriesInstanceUid,
      modality: said(MODALITY) ?? '',
      seriesNumber: numberValue(series[0]!, SERIES_NUMBER),
      instanceCount: seriesCount(series) ?? (await countInstances(parts, study, seriesInstanceUid)),
    });
  }
  return found;
}

/** How many instances the archive lists of a series, one by one. */
export async function countInstances(
  parts: QueryParts,
  study: StudyInstanceUid,
  series: SeriesInstanceUid,
): Promise<number> {
  const rows = await allRows<SopInstanceUid>(
    parts,
    {
      call: 'find instances',
      resource: `/studies/${study}/series/${series}/instances`,
      study,
      includeFields: [SOP_INSTANCE_UID],
      filters: [],
      modalityFilter: null,
    },
    { uidTag: SOP_INSTANCE_UID, uidName: 'SOPInstanceUID', variantTags: [] },
  );
  return rows.size;
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

/** Null where the rows of a series do not agree. */
function seriesCount(rows: readonly DicomJson[]): number | null {
  const counts = new Set(rows.map((row) => trustedCount(row, NUMBER_OF_SERIES_RELATED_INSTANCES)));
  return counts.size === 1 ? [...counts][0]! : null;
}

/** What is listed has one instance at least; null for a count that cannot be. */
function trustedCount(row: DicomJson, tag: string): number | null {
  const count = numberValue(row, tag);
  return count !== null && Number.isSafeInteger(count) && count > 0 ? count : null;
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
