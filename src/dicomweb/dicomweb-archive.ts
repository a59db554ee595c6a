import type { AnyUid } from '../domain/uid.ts';
import { uid } from '../domain/uid.ts';
import { type Archive, ArchiveError } from './archive.ts';
import { type ArchiveCall, type ArchiveHttp, archiveHttp } from './archive-http.ts';
import { parseDataSets } from './dicom-json-answer.ts';
import { type FetchPage, findMrStudies, findSeriesOfStudy, type QuerySettings } from './query-archive.ts';
import { retrieveInstances } from './retrieve-instances.ts';
import { type RetryPolicy, retrying } from './retry.ts';
import { storeObjects } from './store-objects.ts';

export interface DicomWebArchiveOptions {
  /** DICOMweb root such as http://pacs:8042/dicom-web, without credentials, query or fragment. */
  readonly url: string;
  readonly authorization?:
    | { readonly kind: 'bearer'; readonly token: string }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** For bulk transfers, and as many again for small requests. Default 8. */
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  /** Until the first byte of an answer. Default 60 s. */
  readonly headersTimeoutMs?: number;
  /** Longest silence within an answer. Default 60 s. */
  readonly bodyTimeoutMs?: number;
  /** Whole duration of a query, of metadata and of storing. Default 120 s. */
  readonly answerTimeoutMs?: number;
  /** Largest answer to a query or to metadata. Default 256 MiB. */
  readonly maxAnswerBytes?: number;
  /** Largest response that carries instances. Default 64 GiB: it is streamed. */
  readonly maxResponseBytes?: number;
  /** Largest single instance. Default 2 GiB: it is held in memory. */
  readonly maxInstanceBytes?: number;
  /** QIDO-RS limit. Default 200. */
  readonly pageSize?: number;
  /** Most results of one query. Default 1,000,000. */
  readonly maxResults?: number;
  readonly retry?: RetryPolicy;
}

const MIB = 1024 ** 2;
const DICOM_JSON = 'application/dicom+json';

/**
 * The archive over DICOMweb (PS3.18). Queries, metadata and single instances are retried here while a fault is
 * retryable; retrieveSeries and store are not, as only their callers know what became of earlier attempts. An
 * aborted call throws the signal's reason.
 * @throws TypeError when the URL is not a plain http(s) URL.
 */
export function dicomWebArchive(options: DicomWebArchiveOptions): Archive & { close(): Promise<void> } {
  const retry = options.retry ?? { attempts: 4, firstDelayMs: 200, maxDelayMs: 5_000 };
  const query: QuerySettings = {
    pageSize: options.pageSize ?? 200,
    maxResults: options.maxResults ?? 1_000_000,
  };
  const maxInstanceBytes = options.maxInstanceBytes ?? 2048 * MIB;
  const http = connect(options);
  const dataSets = (call: ArchiveCall, path: string, statuses: readonly number[], signal?: AbortSignal) =>
    retrying(retry, signal, async () => {
      const { status, text } = await http.ask({ call, path, accept: DICOM_JSON, statuses, signal });
      return status === 200 ? parseDataSets(call, text) : [];
    });
  const pages =
    (statuses: readonly number[], signal?: AbortSignal): FetchPage =>
    (call, path) =>
      dataSets(call, path, statuses, signal);

  return {
    findStudies: ({ studyDate }, signal) => findMrStudies(pages([200, 204], signal), query, studyDate),
    findSeries: (study, signal) => findSeriesOfStudy(pages([200, 204, 404], signal), query, checked(study)),
    async seriesMetadata(study, series, signal) {
      const path = `/studies/${checked(study)}/series/${checked(series)}/metadata`;
      return dataSets('series metadata', path, [200], signal);
    },
    retrieveSeries: (study, series, signal) =>
      retrieveInstances(http, {
        call: 'retrieve series',
        path: `/studies/${checked(study)}/series/${checked(series)}`,
        mayBeAbsent: false,
        maxInstanceBytes,
        signal,
      }),
    async retrieveInstance(study, series, instance, signal) {
      const path = `/studies/${checked(study)}/series/${checked(series)}/instances/${checked(instance)}`;
      return retrying(retry, signal, () => retrieveOne(http, path, maxInstanceBytes, signal));
    },
    store: async (study, objects, signal) => storeObjects(http, checked(study), objects, signal),
    async ping(signal) {
      await http.ask({
        call: 'ping',
        path: '/studies?limit=1',
        accept: DICOM_JSON,
        statuses: [200, 204],
        signal,
      });
    },
    close: () => http.close(),
  };
}

async function retrieveOne(
  http: ArchiveHttp,
  path: string,
  maxInstanceBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  const call = 'retrieve instance';
  const request = { call, path, mayBeAbsent: true, maxInstanceBytes, signal } as const;
  let only: Uint8Array | null = null;
  for await (const bytes of retrieveInstances(http, request)) {
    if (only !== null) throw new ArchiveError(`${call}: more than one instance came`, { retryable: false });
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
    headers: { ...options.headers, ...authorizationHeader(options.authorization) },
    connections: options.connections ?? 8,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    headersTimeoutMs: options.headersTimeoutMs ?? 60_000,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 60_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 120_000,
    maxAnswerBytes: options.maxAnswerBytes ?? 256 * MIB,
    maxResponseBytes: options.maxResponseBytes ?? 65_536 * MIB,
  });
}

function authorizationHeader(
  authorization: DicomWebArchiveOptions['authorization'],
): Readonly<Record<string, string>> {
  if (authorization === undefined) return {};
  if (authorization.kind === 'bearer') return { authorization: `Bearer ${authorization.token}` };
  const credentials = `${authorization.username}:${authorization.password}`;
  return { authorization: `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}` };
}

/** URLs are built of UIDs alone, also when a caller cast something else to one. */
function checked<T extends AnyUid>(value: T): T {
  return uid<T>(value, 'a UID in an archive request');
}
