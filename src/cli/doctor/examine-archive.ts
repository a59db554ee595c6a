import type { WorklistSettings } from '../../config/worklist-settings.ts';
import type { DicomWebArchiveOptions } from '../../dicomweb/archive-connection.ts';
import type { CodeOf } from '../../domain/catalogue.ts';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { attempt, type Check, found, missing, missingBy, notTried, ownWay } from './check.ts';
import { examineConnection } from './examine-connection.ts';
import { examineImages } from './examine-images.ts';
import { examineQueries } from './examine-queries.ts';
import { examineRetrieval } from './examine-retrieval.ts';
import { examineStoring } from './examine-storing.ts';
import { examineWorklist } from './examine-worklist.ts';
import { type Examined, openExamined } from './examined.ts';
import { type OwnStudy, ownStudy } from './own-study.ts';
import { referenceOf, referenceThere, untilListed } from './reference.ts';
import { removeOwnStudy } from './remove-own-study.ts';
import { examineByOtherReader } from './second-reader.ts';

/** What an archive can do for the service. */
export interface Examination {
  /** Its DICOMweb root. */
  readonly url: string;
  /** Whether the service can work there: nothing is missing. */
  readonly works: boolean;
  readonly areas: readonly { readonly area: string; readonly checks: readonly Check[] }[];
}

/** For everything but taking away what was stored, which has a few seconds more. */
const TIME_MS = 45_000;
const REMOVING_MS = 10_000;
/** Study dates that MR studies to look at are of. */
const DAYS = 30;
const MOST_STUDIES = 5;
const AT_ONCE_MS = 500;
const DAY_MS = 86_400_000;

/**
 * Examines an archive in less than a minute.
 * @param worklist of the settings
 * @param isReadOnly nothing is stored, nor subscribed to; what needs that is not tried.
 */
export async function examineArchive(
  options: DicomWebArchiveOptions,
  worklist: WorklistSettings | null,
  isReadOnly: boolean,
): Promise<Examination> {
  const examined = openExamined(options, AbortSignal.timeout(TIME_MS));
  try {
    const areas = await examineAll(examined, worklist, isReadOnly ? null : ownStudy(new Date()));
    const works = areas.every(({ checks }) => checks.every(({ outcome }) => outcome !== 'missing'));
    return { url: options.url, works, areas };
  } finally {
    await examined.close();
  }
}

async function examineAll(
  examined: Examined,
  settings: WorklistSettings | null,
  own: OwnStudy | null,
): Promise<Examination['areas']> {
  const connection = await attempt('reach', () => examineConnection(examined));
  if (connection.some(({ outcome }) => outcome === 'missing'))
    return [{ area: 'connection', checks: connection }];
  const storing =
    own === null ? [notTried('STOW-RS', 'nothing is to be stored')] : await examineStoring(examined, own);
  const isStored = own !== null && storing.every(({ outcome }) => outcome !== 'missing');
  const seen = await examineReading(examined, isStored ? own : null);
  const worklist = await attempt('UPS-RS', () => examineWorklist(examined, settings, own === null));
  const removing = own === null ? [] : await attempt('taken away', () => removeIn(examined, own));
  return [
    { area: 'connection', checks: connection },
    { area: 'storing', checks: storing },
    ...seen,
    { area: 'worklist', checks: worklist },
    { area: 'cleaning up', checks: removing },
    { area: 'ways of its own', checks: [...examined.ways].map(inWords) },
  ].filter(({ checks }) => checks.length > 0);
}

/** What is read: of the study that was stored, else of one that is there. */
async function examineReading(examined: Examined, own: OwnStudy | null): Promise<Examination['areas']> {
  const { studies, check } = await lateStudies(examined);
  const reference =
    own === null ? await referenceThere(examined, studies).catch(() => null) : referenceOf(own);
  const none = [notTried('QIDO-RS', 'there is no study to hold it against')];
  const listed = own === null ? [] : await attempt('listed', () => listing(examined, own));
  const queries = reference === null ? none : await examineQueries(examined, reference);
  const uids = studies.map(({ studyInstanceUid }) => studyInstanceUid);
  const images = await attempt('an MR image', () => examineImages(examined, uids));
  const retrieval = own === null ? [] : await examineRetrieval(examined, own);
  const other =
    own === null ? [] : await attempt('dicomweb-client', () => examineByOtherReader(examined, own));
  return [
    { area: 'queries', checks: [check, ...listed, ...queries] },
    { area: 'retrieval', checks: [...retrieval, ...images] },
    { area: 'second reader', checks: other },
  ];
}

async function lateStudies({ archive, signal }: Examined) {
  const name = 'MR studies';
  try {
    const studies = await archive.findStudies({ studyDate: lately(), atMost: MOST_STUDIES }, signal);
    const many = studies.length >= MOST_STUDIES ? `${MOST_STUDIES} or more` : String(studies.length);
    return { studies, check: found(name, `${many} of the last ${DAYS} days`) };
  } catch (fault) {
    return { studies: [], check: missingBy(name, fault) };
  }
}

async function listing(examined: Examined, own: OwnStudy): Promise<Check> {
  const ms = await untilListed(examined, own);
  if (ms === null) return missing('listed', 'what was stored is not listed', { code: 'archive-fault' });
  return ms < AT_ONCE_MS ? found('listed', 'at once') : ownWay('listed', `${ms} ms after it was stored`);
}

function lately(): { readonly from: string; readonly to: string } {
  const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
  return { from: dayOf(Date.now() - DAYS * DAY_MS), to: dayOf(Date.now() + DAY_MS) };
}

/** Also when the time of the rest is over. */
async function removeIn(examined: Examined, own: OwnStudy): Promise<Check> {
  return removeOwnStudy({ ...examined, signal: AbortSignal.timeout(REMOVING_MS) }, own);
}

function inWords(way: CodeOf<'archive-way'>): Check {
  return ownWay(way, CATALOGUE[way].meaning, { code: way });
}
