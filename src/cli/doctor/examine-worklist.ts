import type { WorklistSettings } from '../../config/worklist-settings.ts';
import { ArchiveError } from '../../dicomweb/archive.ts';
import { connectArchive, type DicomWebArchiveOptions } from '../../dicomweb/archive-connection.ts';
import type { ArchiveAnswer, ArchiveHttp } from '../../dicomweb/archive-request.ts';
import { connectionOptions } from '../../dicomweb/connection-options.ts';
import { parseDataSets } from '../../dicomweb/json/dicom-json-answer.ts';
import { upsWorklist } from '../../dicomweb/ups/ups-worklist.ts';
import { readStep } from '../../worklist/read-step.ts';
import { isMeant, matchingKeys } from '../../worklist/which-steps.ts';
import { WORKLIST_AWAY } from './advice.ts';
import { type Check, found, lacking, missing, notTried, ownWay } from './check.ts';
import { examineChannel } from './examine-channel.ts';
import type { Examined } from './examined.ts';

const NAME = 'UPS-RS';
const WHERE = 'set WORKLIST_URL to the base of the UPS-RS service, below which /workitems is';
const BY_WHOM =
  'set WORKLIST_TOKEN, or WORKLIST_USERNAME and WORKLIST_PASSWORD, to what the worklist knows this service by';

/**
 * UPS-RS (PS3.18 chapter 11): the worklist of the settings, which the service is to work with; without one, whether there
 * is one below the archive's root.
 * @param isReadOnly nothing is subscribed to
 */
export async function examineWorklist(
  examined: Examined,
  settings: WorklistSettings | null,
  isReadOnly: boolean,
): Promise<readonly Check[]> {
  if (settings === null) return [belowArchive(await searched(examined.http, examined.signal))];
  const options = worklistOptions(examined, settings);
  const http = connectArchive(options);
  try {
    const reached = await searched(http, examined.signal).then(ofSettings, unreached);
    if (reached.outcome === 'missing') return [reached];
    const channel = isReadOnly
      ? notTried('event channel', 'nothing is to be subscribed to')
      : await examineChannel({ ...examined, http, options }, settings);
    return [reached, await waiting(examined, options, settings), channel];
  } finally {
    await http.close();
  }
}

/** Reached as the service reaches it; as patient as with the archive. */
function worklistOptions({ options, tellWay }: Examined, settings: WorklistSettings) {
  const { connectTimeoutMs, headersTimeoutMs, bodyTimeoutMs, totalTimeoutMs, retry } = options;
  const timeouts = { connectTimeoutMs, headersTimeoutMs, bodyTimeoutMs, totalTimeoutMs, retry };
  const set = Object.fromEntries(Object.entries(timeouts).filter(([, value]) => value !== undefined));
  const { url } = settings;
  return { url, onWay: tellWay, ...set, ...connectionOptions(settings) } satisfies DicomWebArchiveOptions;
}

type Searched = 'found' | 'no DICOM JSON' | number;

/** What a plain search for workitems says. A page that is shown for every address is no answer to it. */
async function searched(http: ArchiveHttp, signal: AbortSignal): Promise<Searched> {
  const path = '/workitems?limit=1';
  const accept = 'application/dicom+json';
  const answer = await http.ask({ call: 'examine', path, accept, statuses: 'any', signal });
  if (answer.status === 204) return 'found';
  if (answer.status !== 200) return answer.status;
  return isDicomJson(answer) ? 'found' : 'no DICOM JSON';
}

function isDicomJson({ text }: ArchiveAnswer): boolean {
  try {
    parseDataSets('examine', text);
    return true;
  } catch {
    return false;
  }
}

/** The service does without: it polls. */
function belowArchive(was: Searched): Check {
  if (was === 'found') {
    return found(NAME, 'answers a search for workitems; WORKLIST_URL names none, so no steps are performed');
  }
  if (was === 401 || was === 403) return ownWay(NAME, `there, and not for this service (HTTP ${was})`);
  const otherwise = 'studies are noticed by polling, or asked for over the API';
  const why = was === 'no DICOM JSON' ? 'what is answered is no DICOM JSON' : `HTTP ${was}`;
  return lacking(NAME, `not there (${why}): ${otherwise}`);
}

function ofSettings(was: Searched): Check {
  const code = 'worklist-fault';
  if (was === 'found') return found(NAME, 'answers a search for workitems');
  if (was === 404) {
    // Some answer so where nothing matches.
    const words = 'HTTP 404 to a search for workitems: it is empty, or WORKLIST_URL is not its base';
    return ownWay(NAME, words, { advice: `${WHERE}, unless the worklist is empty` });
  }
  if (was === 401 || was === 403)
    return missing(NAME, `refuses the credentials (HTTP ${was})`, { code, advice: BY_WHOM });
  const words = was === 'no DICOM JSON' ? 'what is answered is no DICOM JSON' : `search: HTTP ${was}`;
  return missing(NAME, words, { code, advice: WHERE });
}

/** It is not the archive that is away. */
function unreached(fault: unknown): Check {
  if (!(fault instanceof ArchiveError)) throw fault;
  return missing(NAME, fault.message, { code: 'worklist-fault', advice: WORKLIST_AWAY });
}

/** Which of the scheduled steps are for this service, as the performer asks for them. */
async function waiting(
  { signal }: Examined,
  options: DicomWebArchiveOptions,
  settings: WorklistSettings,
): Promise<Check> {
  const name = 'steps';
  const worklist = upsWorklist(options);
  const scheduled = { ProcedureStepState: 'SCHEDULED' };
  const of = async (keys: Readonly<Record<string, string>>) =>
    (await worklist.search({ ...scheduled, ...keys }, signal))
      .flatMap((row) => readStep(row) ?? [])
      .filter(({ state }) => state === 'SCHEDULED');
  try {
    const meant = (await of(matchingKeys(settings))).filter((step) => isMeant(step, settings));
    const notReady = meant.filter(({ isReady }) => !isReady).length;
    if (meant.length > 0) {
      const unready = notReady === 0 ? '' : `, ${notReady} of them with input that is not ready`;
      return found(
        name,
        `${meant.length} for this service ${meant.length === 1 ? 'waits' : 'wait'}${unready}`,
      );
    }
    const others = (await of({})).length;
    if (others === 0) return found(name, 'none waits');
    return lacking(name, `none for this service waits; ${others} for others do`, {
      advice:
        'hold WORKLIST_WORKITEM_CODE, WORKLIST_LABEL and WORKLIST_STATION against the steps that are made for this service',
    });
  } finally {
    await worklist.close();
  }
}
