import type { ArchiveExchange } from '../domain/archive-call.ts';
import type { CodeOf } from '../domain/catalogue.ts';
import { archiveHttp } from './archive-http.ts';
import type { ArchiveHttp, ArchiveRoot, Authorization } from './archive-request.ts';
import type { Proxies, TlsTexts } from './connection/archive-dispatcher.ts';
import { authorizationBy, type Credentials } from './connection/authorization.ts';
import { oauthAuthorization } from './connection/oauth-authorization.ts';
import { type OAuthClient, tokenFetcher } from './connection/oauth-token.ts';
import { requestPace } from './connection/request-pace.ts';
import type { OnPassedOver } from './query/passed-over.ts';
import type { RetryPolicy } from './retry.ts';

export interface DicomWebArchiveOptions {
  /** DICOMweb root such as http://pacs:8042/dicom-web, without credentials, query or fragment. */
  readonly url: string;
  /** Roots of their own of some transactions; of the others it is `url`. */
  readonly roots?: Partial<Readonly<Record<ArchiveRoot, string>>>;
  readonly authorization?: Credentials | ({ readonly kind: 'oauth2' } & OAuthClient);
  /** With every request to the archive, as they are now. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Certificates; null: the system's authorities, and none of ours. */
  readonly tls?: { now(): TlsTexts } | null;
  /** Null: none. */
  readonly proxies?: Proxies | null;
  /** Requests a second at most; null: as they come. */
  readonly requestsPerSecond?: number | null;
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
const LONGEST_TOKEN_WAIT_MS = 30_000;

/** Who asks a server, and by which way. */
export interface ServerAccess {
  readonly authorization: Authorization;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly tls: { now(): TlsTexts } | null;
  readonly proxies: Proxies | null;
  close(): Promise<void>;
}

export function serverAccess(options: DicomWebArchiveOptions): ServerAccess {
  const { headers = () => ({}), tls = null, proxies = null } = options;
  return { ...authorizationOf(options), headers, tls, proxies };
}

/**
 * HTTP to the archive as the options say.
 * @param access closed with the connection.
 * @throws TypeError when a URL is not a plain http(s) URL.
 */
export function connectArchive(
  options: DicomWebArchiveOptions,
  access: ServerAccess = serverAccess(options),
): ArchiveHttp {
  const { qido, wado, stow, ups } = options.roots ?? {};
  const url = plainUrl(options.url);
  const { authorization, headers, tls, proxies, close } = access;
  const http = archiveHttp({
    roots: {
      qido: qido === undefined ? url : plainUrl(qido),
      wado: wado === undefined ? url : plainUrl(wado),
      stow: stow === undefined ? url : plainUrl(stow),
      ups: ups === undefined ? url : plainUrl(ups),
    },
    ...{ headers, authorization, tls, proxies },
    pace: requestPace(options.requestsPerSecond ?? null),
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
  return {
    ...http,
    async close() {
      await Promise.all([http.close(), close()]);
    },
  };
}

function plainUrl(text: string): URL {
  const url = URL.parse(text);
  const plain = url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash;
  if (!plain || url.username || url.password) {
    throw new TypeError('the DICOMweb URL must be http(s) without credentials, query or fragment');
  }
  return url;
}

function authorizationOf({ authorization, proxies = null, headersTimeoutMs }: DicomWebArchiveOptions) {
  if (authorization?.kind !== 'oauth2') {
    return { authorization: authorizationBy(authorization ?? null), close: () => Promise.resolve() };
  }
  const timeoutMs = Math.min(headersTimeoutMs ?? LONGEST_TOKEN_WAIT_MS, LONGEST_TOKEN_WAIT_MS);
  const { fetchToken, close } = tokenFetcher(authorization, { proxies, timeoutMs });
  return { authorization: oauthAuthorization(fetchToken), close };
}
