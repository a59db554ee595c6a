import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { numberValue, textValue } from '../../dicom/json/dicom-json-values.ts';
import { attempt, type Check, found, lacking, missing, ownWay } from './check.ts';
import { examinePaging } from './examine-paging.ts';
import type { Examined } from './examined.ts';
import type { Reference } from './reference.ts';

const STUDY_INSTANCE_UID = '0020000D';
const IN_STUDY = '00201208';
const IN_SERIES = '00201209';
/** Before DICOM: no study is of this day. */
const LONG_AGO = '19000101';

/** QIDO-RS (PS3.18 10.6), held against a study of which is known what is in it. */
export async function examineQueries(examined: Examined, reference: Reference): Promise<readonly Check[]> {
  const checks = [
    ...(await attempt('date range', () => dateRange(examined, reference))),
    ...(await attempt('ModalitiesInStudy', () => modalities(examined, reference))),
    ...(await attempt('includefield', () => includefield(examined, reference))),
    ...(await attempt('counts', () => counts(examined, reference))),
    ...(await attempt('paging', () => examinePaging(examined, reference))),
  ];
  return [...checks, ...(await attempt('listing', () => asTheServiceDoes(examined, reference)))];
}

function holds(rows: readonly DicomJson[], { studyInstanceUid }: Reference): boolean {
  return rows.some((row) => textValue(row, STUDY_INSTANCE_UID) === studyInstanceUid);
}

/** What one filter makes of the study: kept by what fits it, left out by what does not. */
async function filtered(
  { probe }: Examined,
  reference: Reference,
  { name, fits, other }: { readonly name: string; readonly fits: string; readonly other: string },
  advice: string,
  code?: 'modality-filter-refused',
): Promise<Check> {
  const of = (filter: string) =>
    probe(`/studies?StudyInstanceUID=${reference.studyInstanceUid}&${filter}&limit=10&offset=0`);
  const kept = await of(fits);
  if (kept.rows === null) {
    const words = `refused (HTTP ${kept.refused})`;
    return code === undefined ? lacking(name, words, { advice }) : ownWay(name, words, { code });
  }
  if (!holds(kept.rows, reference)) return missing(name, 'does not find a study that fits', { advice });
  const left = await of(other);
  const isLeftOut = left.rows === null || !holds(left.rows, reference);
  return isLeftOut
    ? found(name, 'finds what fits, and nothing else')
    : ownWay(name, 'ignored: what does not fit is left out here');
}

function dateRange(examined: Examined, reference: Reference): Promise<Check> {
  const { date } = reference;
  const advice = 'set WATCH_LOOK_BACK_DAYS=all, so that no poll asks for a range of dates';
  return filtered(
    examined,
    reference,
    { name: 'date range', fits: `StudyDate=${date}-${date}`, other: `StudyDate=${LONG_AGO}-${LONG_AGO}` },
    advice,
  );
}

function modalities(examined: Examined, reference: Reference): Promise<Check> {
  const advice = 'set WATCH=false and ask for analyses over the API: polls would find no study';
  const [fits, other] = [reference.modality, reference.modality === 'MR' ? 'XA' : 'MR'];
  return filtered(
    examined,
    reference,
    { name: 'ModalitiesInStudy', fits: `ModalitiesInStudy=${fits}`, other: `ModalitiesInStudy=${other}` },
    advice,
    'modality-filter-refused',
  );
}

async function includefield({ probe, ways }: Examined, { studyInstanceUid }: Reference): Promise<Check> {
  const { rows, refused } = await probe(
    `/studies/${studyInstanceUid}/series?includefield=${IN_SERIES}&limit=10&offset=0`,
  );
  if (rows === null)
    return ownWay('includefield', `refused (HTTP ${refused})`, { code: 'includefield-refused' });
  if (ways.has('includefield-refused'))
    return ownWay('includefield', 'one is taken, and several at once are refused', {
      code: 'includefield-refused',
    });
  return rows.every((row) => row[IN_SERIES] !== undefined)
    ? found('includefield', 'what is asked for is told')
    : ownWay('includefield', 'what is asked for is not told: it is counted here');
}

async function counts(
  { probe }: Examined,
  { studyInstanceUid, instances, seriesOf }: Reference,
): Promise<readonly Check[]> {
  const path = `/studies?StudyInstanceUID=${studyInstanceUid}&includefield=${IN_STUDY}&limit=10&offset=0`;
  const [study] = (await probe(path)).rows ?? [];
  const series = (
    await probe(`/studies/${studyInstanceUid}/series?includefield=${IN_SERIES}&limit=100&offset=0`)
  ).rows;
  const told = (series ?? []).map((row) => [
    numberValue(row, IN_SERIES),
    seriesOf.get(textValue(row, '0020000E') ?? '') ?? null,
  ]);
  const inStudy = study === undefined ? null : numberValue(study, IN_STUDY);
  return [judged('count of a study', [[inStudy, instances]]), judged('counts of series', told)];
}

function judged(name: string, pairs: readonly (readonly (number | null)[])[]): Check {
  if (pairs.some(([told]) => told == null)) return ownWay(name, 'not told: counted here, one by one');
  const wrong = pairs.find(([told, known]) => known != null && told !== known);
  if (wrong === undefined) return found(name, 'told, and true');
  return lacking(name, `says ${wrong[0]} where there are ${wrong[1]}`, {
    code: 'count-untrue',
    advice:
      'have the archive count anew: studies are looked at again and again, and may wait for images that never come',
  });
}

/** The listing that the service goes by, with every way round that it found. */
async function asTheServiceDoes({ archive, signal }: Examined, reference: Reference): Promise<Check> {
  const series = await archive.findSeries(reference.studyInstanceUid, signal);
  const isRight = [...reference.seriesOf].every(
    ([uid, count]) => series.find((one) => one.seriesInstanceUid === uid)?.instanceCount === count,
  );
  return isRight && series.length === reference.seriesOf.size
    ? found('listing', 'the service sees the study as it is')
    : lacking(
        'listing',
        `the service sees ${series.length} series of ${reference.seriesOf.size}, or other counts`,
        {
          code: 'count-untrue',
        },
      );
}
