import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { CodeOf } from '../domain/catalogue.ts';
import type { AnyUid } from '../domain/uid.ts';
import { uid } from '../domain/uid.ts';
import { type Archive, ArchiveError, type TransferOptions } from './archive.ts';
import { type ArchiveHttp, type ArchiveRequest, archiveHttp } from './archive-http.ts';
import { isAbsent } from './archive-statuses.ts';
import { type Accepting, archiveWays } from './archive-ways.ts';
import { authorizationBy, type Credentials } from './authorization.ts';
import { parseDataSets } from './query/dicom-json-answer.ts';
import { acceptingJson, askJson } from './query/json-answers.ts';
import { type OnPassedOver, onceAChange } from './query/passed-over.ts';
import { countInstances, findMrStudies, findSeriesOfStudy } from './query/query-archive.ts';
import type { QueryParts } from './query/query-rows.ts';
import { shapedQueries } from './query/query-shape.ts';
import { DEFAULT_RETRY, isPassing, type RetryPolicy, retrying } from './retry.ts';
import {
  acceptingInstances,
  type RetrieveRequest,
  retrieveInstances,
} from './transfer/retrieve-instances.ts';
import { storeObjects } from './transfer/store-objects.ts';

export interface DicomWebArchiveOptions {
  /** DICOMweb root such as http://pacs:8042/dicom-web, without credentials, query or fragment. */
  readonly url: string;
  readonly authorization?: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
  /** For bulk transfers, and as many again for small requests. Default 8. */
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  /** Until the first byte of an answer. Default 60 s. */
  readonly headersTimeoutMs?: number;
  /** Longest silence within an answer. Default 60 s. */
  readonly bodyTimeoutMs?: number;
  /** Whole duration of any one request. Default 10 min. */
  readonly totalTimeoutMs?: number;
  /** Largest answer to a query or to metadata. Default 48 MiB; parsed, eight times as much at most. */
  readonly maxAnswerBytes?: number;
  /** Largest response that carries instances. Default 64 GiB: it is streamed. */
  readonly maxResponseBytes?: number;
  /** Largest single instance. Default 2 GiB: it is held in memory. */
  readonly maxInstanceBytes?: number;
  /** QIDO-RS limit. Default 200. */
  readonly pageSize?: number;
  /** Most results of one query. Default 1,000,000. */
  readonly maxResults?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Told once of each way of this archive's own that is found out. */
  readonly onWay?: (way: CodeOf<'archive-way'>) => void;
  /** Told of what is left aside, of the same once a change. */
  readonly onPassedOver?: OnPassedOver;
}

const MIB = 1024 ** 2;
/** Whoever asks whether the archive answers does not wait long for it. */
const PING_RETRY = { attempts: 2, maxRetryAfterMs: 1_000 };

/**
 * The archive over DICOMweb (PS3.18). What passes (retry.ts) is tried again here, and a store only where the archive
 * said that it did not take it; retrieveSeries is not, as only its caller knows what became of earlier tries. An
 * aborted call throws the signal's reason.
 * @throws TypeError when the URL is not a plain http(s) URL.
 */
export function dicomWebArchive(options: DicomWebArchiveOptions): Archive & { close(): Promise<void> } {
  const retry: RetryPolicy = { ...DEFAULT_RETRY, ...options.retry };
  const maxInstanceBytes = options.maxInstanceBytes ?? 2048 * MIB;
  const http = connect(options);
  const ways = archiveWays(options.onWay ?? (() => undefined));
  const onPassedOver = onceAChange(options.onPassedOver ?? (() => undefined));
  const json = acceptingJson(ways);
  const instances = acceptingInstances(ways);
  const queries = shapedQueries(ways, options.pageSize ?? 200);

  const dataSets = (request: Omit<ArchiveRequest, 'accept'>, policy: RetryPolicy = retry) =>
    retrying(policy, request.signal, () => dataSetsOf(http, json, request, onPassedOver));
  const ping = async (signal?: AbortSignal) => {
    const request = { call: 'ping', path: '/studies?limit=1', statuses: [200, 204], signal } as const;
    await retrying({ ...retry, ...PING_RETRY }, signal, () => askJson(http, json, request));
  };
  const query = (signal?: AbortSignal): QueryParts => ({
    fetchPage: (call, path, { once = false, listed = false } = {}) =>
      dataSets(
        { call, path, statuses: [200, 204], listed, signal },
        once ? { ...retry, attempts: 1 } : retry,
      ),
    queries,
    ways,
    ping: () => ping(signal),
    onPassedOver,
    maxResults: options.maxResults ?? 1_000_000,
  });
  const bulk = (signal?: AbortSignal, transfer?: TransferOptions) =>
    ({ maxInstanceBytes, signal, onBytes: transfer?.onBytes }) as const;

  return {
    findStudies: (asked, signal) => findMrStudies(query(signal), asked),
    findSeries: async (study, signal) => findSeriesOfStudy(query(signal), checked(study)),
    countInstances: async (study, series, signal) =>
      countInstances(query(signal), checked(study), checked(series)),
    async seriesMetadata(study, series, signal, transfer) {
      const path = `/studies/${checked(study)}/series/${checked(series)}/metadata`;
      const onBytes = transfer?.onBytes;
      return dataSets({ call: 'series metadata', path, statuses: [200], listed: true, signal, onBytes });
    },
    retrieveSeries: (study, series, signal, transfer) =>
      retrieveInstances(http, instances, {
        ...bulk(signal, transfer),
        call: 'retrieve series',
        path: `/studies/${checked(study)}/series/${checked(series)}`,
        statuses: [200],
        listed: true,
      }),
    async retrieveInstance(study, series, instance, signal, { listed = false, ...transfer } = {}) {
      const path = `/studies/${checked(study)}/series/${checked(series)}/instances/${checked(instance)}`;
      // Not to be there is an answer, unless the archive has just said otherwise.
      const statuses = listed ? [200] : [200, 204];
      const request = {
        ...bulk(signal, transfer),
        call: 'retrieve instance',
        path,
        statuses,
        listed,
      } as const;
      return retrying(retry, signal, () => retrieveOne(http, instances, request)).catch(absentIsNull);
    },
    store: async (study, objects, signal) =>
      retrying(
        retry,
        signal,
        () => storeObjects({ http, accepting: json, ways }, checked(study), objects, signal),
        // Where the connection broke nobody knows what was stored: the caller reads it back.
        (error): error is ArchiveError => isPassing(error) && error.status !== null,
      ),
    ping,
    close: () => http.close(),
  };
}

async function dataSetsOf(
  http: ArchiveHttp,
  json: Accepting,
  request: Omit<ArchiveRequest, 'accept'>,
  onPassedOver: OnPassedOver,
): Promise<readonly DicomJson[]> {
  const { status, text } = await askJson(http, json, request);
  return status === 200 ? parseDataSets(request.call, text, onPassedOver) : [];
}

function absentIsNull(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}

async function retrieveOne(
  http: ArchiveHttp,
  accepting: Accepting,
  request: RetrieveRequest,
): Promise<Uint8Array | null> {
  let only: Uint8Array | null = null;
  for await (const bytes of retrieveInstances(http, accepting, request)) {
    if (only !== null) {
      throw new ArchiveError(`${request.call}: more than one instance came`, { retryable: false });
    }
    only = bytes;
  }
  return only;
}

function connect(options: DicomWebArchiveOptions): ArchiveHttp {
  const url = URL.parse(options.url);
  const plain = url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash;
  if (!plain || url.username || url.password) {
    throw new TypeError('the DICOMweb URL must be http(s) without credentials, query or fragment');
  }
  return archiveHttp({
    url,
    headers: options.headers ?? {},
    authorization: authorizationBy(options.authorization ?? null),
    connections: options.connections ?? 8,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    headersTimeoutMs: options.headersTimeoutMs ?? 60_000,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 60_000,
    totalTimeoutMs: options.totalTimeoutMs ?? 600_000,
    maxAnswerBytes: options.maxAnswerBytes ?? 48 * MIB,
    maxResponseBytes: options.maxResponseBytes ?? 65_536 * MIB,
  });
}

/** URLs are built of UIDs alone, also when a caller cast something else to one. */
function checked<T extends AnyUid>(value: T): T {
  return uid<T>(value, 'a UID in an archive request');
}
