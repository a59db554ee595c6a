import type { ArchiveExchange } from '../domain/archive-call.ts';
import type { CodeOf } from '../domain/catalogue.ts';
import { archiveHttp } from './archive-http.ts';
import type { ArchiveHttp } from './archive-request.ts';
import { authorizationBy, type Credentials } from './authorization.ts';
import type { OnPassedOver } from './query/passed-over.ts';
import type { RetryPolicy } from './retry.ts';

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
  /** Told of every request once its answer has ended. */
  readonly onExchange?: (exchange: ArchiveExchange) => void;
  /** Told with every connection by TLS how long the archive's certificate is valid. */
  readonly onCertificate?: (validTo: Date) => void;
}

const MIB = 1024 ** 2;

/** HTTP to the archive as the options say. @throws TypeError when the URL is not a plain http(s) URL. */
export function connectArchive(options: DicomWebArchiveOptions): ArchiveHttp {
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
    onExchange: options.onExchange ?? (() => undefined),
    onCertificate: options.onCertificate ?? (() => undefined),
  });
}
