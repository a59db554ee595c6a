import { isUid, type SeriesInstanceUid, type StudyInstanceUid } from '../domain/uid.ts';
import type { DicomJson } from '../imaging/dicom-json.ts';
import { numberValue, textValue } from '../imaging/dicom-json-values.ts';
import { ArchiveError, type SeriesSummary, type StudySummary } from './archive.ts';
import type { ArchiveCall } from './archive-http.ts';

const STUDY_DATE = '00080020';
const SOP_INSTANCE_UID = '00080018';
const MODALITY = '00080060';
const MODALITIES_IN_STUDY = '00080061';
const STUDY_INSTANCE_UID = '0020000D';
const SERIES_INSTANCE_UID = '0020000E';
const SERIES_NUMBER = '00200011';
const NUMBER_OF_STUDY_RELATED_INSTANCES = '00201208';
const NUMBER_OF_SERIES_RELATED_INSTANCES = '00201209';

/** One QIDO-RS request (PS3.18 10.6): the data sets of one page. `path` is complete, query and all. */
export type FetchPage = (call: ArchiveCall, path: string) => Promise<readonly DicomJson[]>;

export interface QuerySettings {
  readonly pageSize: number;
  /** A query that yields more is refused, so that memory stays bounded. */
  readonly maxResults: number;
}

/** Passes over the pages of a query whose order shifted while it was read. */
const MAX_PASSES = 5;

/** Studies with MR series, optionally of an inclusive range of StudyDate; see Archive.findStudies. */
export async function findMrStudies(
  fetchPage: FetchPage,
  settings: QuerySettings,
  studyDate: { readonly from: string; readonly to: string } | null,
): Promise<readonly StudySummary[]> {
  const range = studyDate === null ? '' : `StudyDate=${studyDate.from}-${studyDate.to}&`;
  const query = `/studies?${range}ModalitiesInStudy=MR&includefield=${NUMBER_OF_STUDY_RELATED_INSTANCES}&includefield=${MODALITIES_IN_STUDY}`;
  const rows = await allRows('find studies', query, STUDY_INSTANCE_UID, fetchPage, settings);
  // Archives ignore parameters they do not know and then answer with everything. A UID that breaks PS3.5 chapter 9
  // cannot be asked for, so its study or series is passed over.
  return [...rows]
    .filter(([uid, row]) => isUid(uid) && hasMr(row) && isWithin(textValue(row, STUDY_DATE), studyDate))
    .map(([uid, row]) => ({
      studyInstanceUid: uid as StudyInstanceUid,
      instanceCount: numberValue(row, NUMBER_OF_STUDY_RELATED_INSTANCES),
    }));
}

/** Series of a study; counts the instances itself where the archive does not tell. See Archive.findSeries. */
export async function findSeriesOfStudy(
  fetchPage: FetchPage,
  settings: QuerySettings,
  study: StudyInstanceUid,
): Promise<readonly SeriesSummary[]> {
  const query = `/studies/${study}/series?includefield=${NUMBER_OF_SERIES_RELATED_INSTANCES}&includefield=${MODALITY}&includefield=${SERIES_NUMBER}`;
  const rows = await allRows('find series', query, SERIES_INSTANCE_UID, fetchPage, settings);
  const found: SeriesSummary[] = [];
  for (const [uid, row] of rows) {
    if (!isUid(uid)) continue;
    const series = uid as SeriesInstanceUid;
    found.push({
      seriesInstanceUid: series,
      modality: textValue(row, MODALITY) ?? '',
      seriesNumber: numberValue(row, SERIES_NUMBER),
      instanceCount:
        numberValue(row, NUMBER_OF_SERIES_RELATED_INSTANCES) ??
        (await countInstances(fetchPage, settings, study, series)),
    });
  }
  return found;
}

async function countInstances(
  fetchPage: FetchPage,
  settings: QuerySettings,
  study: StudyInstanceUid,
  series: SeriesInstanceUid,
): Promise<number> {
  const query = `/studies/${study}/series/${series}/instances?includefield=${SOP_INSTANCE_UID}`;
  return (await allRows('find instances', query, SOP_INSTANCE_UID, fetchPage, settings)).size;
}

/**
 * Every row of a query, once each by `uidTag`. Pages are asked for until one is empty or brings nothing new: an
 * archive may cap a page below the limit asked for. Rows seen twice mean that the order shifted between pages and
 * others may have been skipped, so the pages are read again.
 */
async function allRows(
  call: ArchiveCall,
  query: string,
  uidTag: string,
  fetchPage: FetchPage,
  settings: QuerySettings,
): Promise<ReadonlyMap<string, DicomJson>> {
  const rows = new Map<string, DicomJson>();
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const before = rows.size;
    const { repeated, stuck } = await readPages(call, query, uidTag, fetchPage, settings, rows);
    if (repeated && rows.size > before && pass < MAX_PASSES) continue;
    if (stuck) {
      throw new ArchiveError(
        `${call}: the archive repeats a full page and so hides the rest (offset ignored?)`,
        {
          retryable: false,
        },
      );
    }
    break;
  }
  return rows;
}

async function readPages(
  call: ArchiveCall,
  query: string,
  uidTag: string,
  fetchPage: FetchPage,
  { pageSize, maxResults }: QuerySettings,
  rows: Map<string, DicomJson>,
): Promise<{ repeated: boolean; stuck: boolean }> {
  const seen = new Set<string>();
  for (let offset = 0, repeated = false; ; ) {
    const page = await fetchPage(call, `${query}&limit=${pageSize}&offset=${offset}`);
    const seenBefore = seen.size;
    for (const row of page) {
      const uid = textValue(row, uidTag);
      if (uid === null) throw new ArchiveError(`${call}: a result has no ${uidTag}`, { retryable: true });
      repeated ||= seen.has(uid);
      seen.add(uid);
      rows.set(uid, row);
    }
    if (rows.size > maxResults) {
      throw new ArchiveError(`${call}: more than ${maxResults} results`, { retryable: false });
    }
    if (seen.size === seenBefore) return { repeated, stuck: page.length === pageSize };
    offset += page.length;
  }
}

function hasMr(row: DicomJson): boolean {
  const modalities = row[MODALITIES_IN_STUDY]?.Value;
  if (modalities === undefined || modalities.length === 0) return true;
  return modalities.some((value) => String(value).split('\\').includes('MR'));
}

function isWithin(
  date: string | null,
  range: { readonly from: string; readonly to: string } | null,
): boolean {
  if (range === null || date === null || !/^\d{8}$/.test(date)) return true;
  return date >= range.from && date <= range.to;
}
