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

/** Studies with MR series, optionally of an inclusive range of StudyDate; see Archive.findStudies. */
export async function findMrStudies(
  fetchPage: FetchPage,
  settings: QuerySettings,
  studyDate: { readonly from: string; readonly to: string } | null,
): Promise<readonly StudySummary[]> {
  const range = studyDate === null ? '' : `&StudyDate=${studyDate.from}-${studyDate.to}`;
  const query = `/studies?includefield=${NUMBER_OF_STUDY_RELATED_INSTANCES}&includefield=${MODALITIES_IN_STUDY}${range}`;
  const read = (filter: string) =>
    allRows('find studies', query + filter, STUDY_INSTANCE_UID, fetchPage, settings);
  // Some archives refuse the filter, or the filter together with a limit; what they send is filtered here.
  const rows = await read('&ModalitiesInStudy=MR').catch((error: unknown) => {
    if (error instanceof ArchiveError && error.status === 400) return read('');
    throw error;
  });
  // Archives ignore parameters they do not know and then answer with everything. A UID that breaks PS3.5 chapter 9
  // cannot be asked for, so its study or series is passed over.
  return [...rows]
    .filter(([uid, row]) => isUid(uid) && hasMr(row) && isWithin(textValue(row, STUDY_DATE), studyDate))
    .map(([uid, row]) => ({
      studyInstanceUid: uid as StudyInstanceUid,
      instanceCount: numberValue(row, NUMBER_OF_STUDY_RELATED_INSTANCES),
      studyDate: textValue(row, STUDY_DATE),
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
 * Every row of a query, once each by `uidTag`. Pages are asked for until one brings nothing new, as an archive may
 * cap a page below the limit asked for. Where the pages may have hidden rows, the query is made again without an
 * offset, for more and more rows.
 */
async function allRows(
  call: ArchiveCall,
  query: string,
  uidTag: string,
  fetchPage: FetchPage,
  { pageSize, maxResults }: QuerySettings,
): Promise<ReadonlyMap<string, DicomJson>> {
  const rows = new Map<string, DicomJson>();
  const readPage = async (limit: number, offset: number) => {
    const page = await fetchPage(call, `${query}&limit=${limit}&offset=${offset}`);
    const before = rows.size;
    for (const row of page) rows.set(uidOf(call, row, uidTag), row);
    if (rows.size > maxResults) {
      throw new ArchiveError(`${call}: more than ${maxResults} results`, { retryable: false });
    }
    return { length: page.length, added: rows.size - before };
  };
  if (await mayHideRows(readPage, pageSize)) {
    for (let limit = 2 * pageSize; ; limit *= 2) {
      if ((await readPage(limit, 0)).length < limit) break;
    }
  }
  return rows;
}

/**
 * Reads page after page until one brings nothing new. True when rows may be missing: one came twice, so the order
 * shifted between pages and others were skipped; or all seemed to end right after a full page, as it does with
 * archives that ignore `offset` and with Orthanc 1.10, which counts `offset` within the first `limit` matches
 * when a filter such as ModalitiesInStudy is not in its index.
 */
async function mayHideRows(
  readPage: (limit: number, offset: number) => Promise<{ length: number; added: number }>,
  pageSize: number,
): Promise<boolean> {
  let offset = 0;
  let previousWasFull = false;
  let repeated = false;
  for (;;) {
    const { length, added } = await readPage(pageSize, offset);
    repeated ||= added < length;
    if (added === 0) return repeated || previousWasFull;
    previousWasFull = length === pageSize;
    offset += length;
  }
}

function uidOf(call: ArchiveCall, row: DicomJson, uidTag: string): string {
  const uid = textValue(row, uidTag);
  if (uid === null) throw new ArchiveError(`${call}: a result has no ${uidTag}`, { retryable: true });
  return uid;
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
