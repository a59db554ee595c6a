import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import { uid } from '../../domain/uid.ts';
import { ArchiveError } from '../archive.ts';
import {
  connectArchive,
  type DicomWebArchiveOptions,
  type ServerAccess,
  serverAccess,
} from '../archive-connection.ts';
import { archiveWays } from '../archive-ways.ts';
import { parseDataSets } from '../json/dicom-json-answer.ts';
import { onceAChange } from '../query/passed-over.ts';
import { type ChannelAddress, channelAddresses } from './channel-address.ts';
import { followEvents } from './event-channel.ts';
import { searchWorklist } from './search-worklist.ts';
import { transactionUidWays } from './transaction-uid-ways.ts';
import type { ChannelEnd, ChannelListener } from './workitem-event.ts';
import { isSuccess, sendingWorkitems } from './workitem-payload.ts';
import { type Became, type MatchingKeys, type Worklist, WorklistError } from './worklist.ts';
import { type WorklistAnswer, worklistExchange } from './worklist-exchange.ts';

/** Well-known UIDs of the worklist as a whole, and of its part that a filter means (PS3.4 CC.2.3.1). */
export const [GLOBAL, FILTERED] = ['1.2.840.10008.5.1.4.34.5', '1.2.840.10008.5.1.4.34.5.1'] as const;
const [TRANSACTION_UID, PROCEDURE_STEP_STATE] = ['00081195', '00741000'];
const SUCCESS = [200, 201, 202, 204];
const [REFUSED, GONE] = [
  [400, 409],
  [404, 410],
];
const UNDERSTOOD = [...SUCCESS, ...REFUSED, ...GONE];
const NO_SUCH_METHOD = [405, 501];
/** Where a new workitem's UID stands beside its data set: bare (PS3.18 11.4.1), named, or in the data set alone. */
const NEW_WORKITEM: readonly ((uid: string) => string)[] = [
  (uid) => `?${uid}`,
  (uid) => `?workitem=${uid}`,
  () => '',
];

/**
 * A worklist over UPS-RS (PS3.18 chapter 11), DICOM JSON throughout. Ways of a server's own are found out by trying and
 * remembered. What is asked twice because an answer was lost does no harm: attributes are set to what they are, and a
 * claim that was taken is refused a second time.
 * @param options of which `url` is the base of the worklist's service.
 * @throws TypeError when the URL is not a plain http(s) URL.
 */
export function upsWorklist(options: DicomWebArchiveOptions): Worklist {
  const access = serverAccess(options);
  const http = connectArchive(options, access);
  const ask = worklistExchange(http);
  const ways = archiveWays(options.onWay ?? (() => undefined));
  const onPassedOver = onceAChange(options.onPassedOver ?? (() => undefined));
  const send = sendingWorkitems(ask, ways);
  const byTransactionUid = transactionUidWays(ways);
  return {
    search: (keys, signal) =>
      readable('search worklist', () => searchWorklist({ ask, ways, onPassedOver }, keys, signal)),
    async retrieve(workitem, signal) {
      const path = `/workitems/${checked(workitem)}`;
      const { status, text } = await ask({
        call: 'retrieve workitem',
        path,
        statuses: [200, ...GONE],
        signal,
      });
      if (status !== 200) return null;
      return await readable('retrieve workitem', async () => {
        const [step] = parseDataSets('retrieve workitem', inArray(text), onPassedOver);
        return step ?? null;
      });
    },
    async create(workitem, step, signal) {
      const call = 'create workitem';
      const dataSet = { ...step, '00080018': { vr: 'UI', Value: [checked(workitem)] } };
      let first: WorklistAnswer | null = null;
      for (const query of NEW_WORKITEM) {
        const path = `/workitems${query(workitem)}`;
        const answer = await send({ call, path, statuses: UNDERSTOOD, signal }, dataSet);
        if (answer.status !== 400) return became(call, answer);
        first ??= answer;
      }
      throw unexpected(call, first!);
    },
    async update(workitem, transactionUid, changes, signal) {
      const call = 'update workitem';
      const { answer } = await byTransactionUid(async ({ query, inDataSet, method }) => {
        const path = `/workitems/${checked(workitem)}${query(checked(transactionUid as SopInstanceUid))}`;
        const proof = { [TRANSACTION_UID]: { vr: 'UI', Value: [transactionUid] } };
        const dataSet = inDataSet ? { ...changes, ...proof } : changes;
        const request = { call, path, statuses: [...UNDERSTOOD, ...NO_SUCH_METHOD], signal } as const;
        const answer = await send(method === undefined ? request : { ...request, method }, dataSet);
        return { answer, became: becameBy(answer) };
      });
      return became(call, answer);
    },
    async changeState(workitem, transactionUid, state, signal) {
      const call = 'change workitem state';
      const path = `/workitems/${checked(workitem)}/state`;
      const dataSet: DicomJson = {
        [TRANSACTION_UID]: { vr: 'UI', Value: [transactionUid] },
        [PROCEDURE_STEP_STATE]: { vr: 'CS', Value: [state] },
      };
      const answer = await send({ call, path, method: 'PUT', statuses: UNDERSTOOD, signal }, dataSet);
      // PS3.18 11.7.3.2: whatever the status that comes with it.
      if (answer.warning.includes(`already in the requested state of ${state}`)) return 'done';
      return became(call, answer);
    },
    async subscribe(aeTitle, keys, signal) {
      const call = 'subscribe to worklist';
      const path = `/workitems/${keys === null ? GLOBAL : FILTERED}/subscribers/${encodeURIComponent(aeTitle)}`;
      const query = keys === null ? '' : `&filter=${encodeURIComponent(filterOf(keys))}`;
      const post = { contentType: 'application/dicom+json', body: new Uint8Array() };
      const statuses = SUCCESS;
      const answer = await ask({ call, path: `${path}?deletionlock=false${query}`, statuses, signal, post });
      return answer.contentLocation;
    },
    follow: (aeTitle, told, listener) => followChannel(options.url, access, aeTitle, told, listener),
    close: () => http.close(),
  };
}

async function followChannel(
  worklistUrl: string,
  access: ServerAccess,
  aeTitle: string,
  told: string | null,
  listener: ChannelListener,
): Promise<ChannelEnd> {
  let refused = new WorklistError('event channel: none can be opened');
  for (const address of channelAddresses(worklistUrl, aeTitle, told)) {
    try {
      return await followAt(address, access, listener);
    } catch (error) {
      if (!(error instanceof WorklistError)) throw error;
      refused = error;
    }
  }
  throw refused;
}

async function followAt(
  { url, isOurs }: ChannelAddress,
  { authorization, headers, tls, proxies }: ServerAccess,
  listener: ChannelListener,
): Promise<ChannelEnd> {
  const header = isOurs ? await authorization.header() : null;
  const { ca, ...shown } = tls?.now() ?? {};
  return followEvents({
    ...listener,
    url,
    proxies,
    headers: isOurs ? { ...headers(), ...(header === null ? {} : { authorization: header }) } : {},
    tls: { ...(ca === undefined ? {} : { ca }), ...(isOurs ? shown : {}) },
  });
}

/** PS3.18 11.10.1.2: keys and values, separated by commas. */
function filterOf(keys: MatchingKeys): string {
  return Object.entries(keys)
    .map(([attribute, value]) => `${attribute}=${value}`)
    .join(',');
}

function became(call: string, answer: WorklistAnswer): Became {
  const became = becameBy(answer);
  if (became === null) throw unexpected(call, answer);
  return became;
}

function becameBy(answer: WorklistAnswer): Became | null {
  if (isSuccess(answer)) return 'done';
  if (GONE.includes(answer.status)) return 'gone';
  return REFUSED.includes(answer.status) ? 'refused' : null;
}

function unexpected(call: string, { status }: WorklistAnswer): WorklistError {
  return new WorklistError(`${call}: HTTP ${status}`, { status });
}

/** What cannot be read is a fault of the worklist, not of the archive. */
async function readable<T>(call: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new WorklistError(`${call}: the answer is not an array of DICOM JSON data sets`, { cause: error });
  }
}

/** PS3.18 11.1.3 has the one step in an array; several servers send it alone. */
const inArray = (text: string): string => (text.trimStart().startsWith('{') ? `[${text}]` : text);

/** URLs are built of UIDs alone, also when a caller cast something else to one. */
function checked(value: SopInstanceUid): SopInstanceUid {
  return uid<SopInstanceUid>(value, 'a UID in a request to the worklist');
}
