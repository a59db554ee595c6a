import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { numberValue, textValue } from '../../dicom/json/dicom-json-values.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import type { ListingOptions, SeriesSummary } from '../archive.ts';
import type { QueryParts } from './query-page.ts';
import { allRows } from './query-rows.ts';
import { trustedCount } from './trusted-count.ts';

const SOP_INSTANCE_UID = '00080018';
const MODALITY = '00080060';
const SERIES_INSTANCE_UID = '0020000E';
const SERIES_NUMBER = '00200011';
const NUMBER_OF_SERIES_RELATED_INSTANCES = '00201209';

/** Series of a study; counts the instances itself where the archive does not tell. See Archive.findSeries. */
export async function findSeriesOfStudy(
  parts: QueryParts,
  study: StudyInstanceUid,
  { onSeries }: ListingOptions = {},
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
    {
      onFirst: (seriesInstanceUid, row) =>
        onSeries?.({ seriesInstanceUid, modality: textValue(row, MODALITY) ?? '' }, seriesCount([row])),
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

/** Null where the rows of a series do not agree. */
function seriesCount(rows: readonly DicomJson[]): number | null {
  const counts = new Set(rows.map((row) => trustedCount(row, NUMBER_OF_SERIES_RELATED_INSTANCES)));
  return counts.size === 1 ? [...counts][0]! : null;
}
