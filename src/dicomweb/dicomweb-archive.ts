import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { AnyUid } from '../domain/uid.ts';
import { uid } from '../domain/uid.ts';
import { type Archive, ArchiveError, type TransferOptions } from './archive.ts';
import { connectArchive, type DicomWebArchiveOptions } from './archive-connection.ts';
import type { ArchiveHttp, ArchiveRequest } from './archive-request.ts';
import { isAbsent } from './archive-statuses.ts';
import { type Accepting, archiveWays } from './archive-ways.ts';
import { parseDataSets } from './json/dicom-json-answer.ts';
import { acceptingJson, askJson } from './json/json-answers.ts';
import { countInstances, findSeriesOfStudy } from './query/find-series.ts';
import { findMrStudies } from './query/find-studies.ts';
import { type OnPassedOver, onceAChange } from './query/passed-over.ts';
import type { QueryParts } from './query/query-page.ts';
import { shapedQueries } from './query/query-shape.ts';
import { DEFAULT_RETRY, isPassing, type RetryPolicy, retrying } from './retry.ts';
import {
  acceptingInstances,
  type RetrieveRequest,
  retrieveInstances,
} from './transfer/retrieve-instances.ts';
import { storeObjects } from './transfer/store-objects.ts';

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
  const http = connectArchive(options);
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
    findSeries: async (study, signal, options) => findSeriesOfStudy(query(signal), checked(study), options),
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

/** URLs are built of UIDs alone, also when a caller cast something else to one. */
function checked<T extends AnyUid>(value: T): T {
  return uid<T>(value, 'a UID in an archive request');
}
