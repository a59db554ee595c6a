import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { type Check, found, missing, notTried, ownWay } from './check.ts';
import type { Examined } from './examined.ts';
import type { Reference } from './reference.ts';

const SERIES_INSTANCE_UID = '0020000E';
const STUDY_INSTANCE_UID = '0020000D';

/** Pages of one row (PS3.18 8.3.4.4): of the series of a study, and of all MR studies as the watcher asks for them. */
export async function examinePaging(examined: Examined, reference: Reference): Promise<readonly Check[]> {
  const { studyInstanceUid, seriesOf } = reference;
  const series = await pages(
    examined,
    'paging of series',
    `/studies/${studyInstanceUid}/series?`,
    SERIES_INSTANCE_UID,
  );
  const studies = await pages(
    examined,
    'paging of studies',
    '/studies?ModalitiesInStudy=MR&',
    STUDY_INSTANCE_UID,
  );
  if (series.outcome !== 'own-way') return [series, studies];
  const seen = await examined.paging.findSeries(studyInstanceUid, examined.signal);
  if (seen.length >= seriesOf.size) return [series, studies];
  const words = `${series.words}; only ${seen.length} of ${seriesOf.size} series can be seen`;
  return [missing(series.name, words, { code: 'rows-not-shown' }), studies];
}

async function pages({ probe }: Examined, name: string, query: string, tag: string): Promise<Check> {
  const uidsOf = (rows: readonly DicomJson[]) => rows.map((row) => textValue(row, tag));
  const both = await probe(`${query}limit=2`);
  if (both.rows === null)
    return ownWay(name, `limit=2 is refused (HTTP ${both.refused})`, { code: 'page-size-refused' });
  if (both.rows.length < 2) return notTried(name, 'there are fewer than two');
  if (both.rows.length > 2)
    return ownWay(name, `limit is ignored: ${both.rows.length} rows came where two were asked for`);
  const first = await probe(`${query}limit=1&offset=0`);
  if (first.rows === null)
    return ownWay(name, `offset=0 is refused (HTTP ${first.refused})`, { code: 'offset-refused' });
  const second = await probe(`${query}limit=1&offset=1`);
  if (second.rows === null) return ownWay(name, `offset=1 is refused (HTTP ${second.refused})`);
  const [one, other] = [uidsOf(first.rows), uidsOf(second.rows)];
  if (other.length === 0) return ownWay(name, 'the second page is empty: more rows are asked for instead');
  if (other[0] === one[0])
    return ownWay(name, 'the second page is the first again', { code: 'offset-ignored' });
  return found(name, 'the second page follows the first');
}
