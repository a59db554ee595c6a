import type { Dispatcher } from 'undici';
import { ARCHIVE_CALLS, type ArchiveExchange } from '../domain/archive-call.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import { ArchiveError } from './archive.ts';
import { archiveFault } from './archive-faults.ts';
import type {
  ArchiveHttp,
  ArchiveRequest,
  ArchiveResponse,
  ArchiveRoot,
  Authorization,
} from './archive-request.ts';
import { statusFault } from './archive-statuses.ts';
import {
  type ArchiveDispatcher,
  archiveDispatcher,
  type Proxies,
  type TlsTexts,
} from './connection/archive-dispatcher.ts';
import type { RequestPace } from './connection/request-pace.ts';
import { certificateEnd } from './connection/telling-socket.ts';
import { tellExchange } from './tell-exchange.ts';
import { readAtMost } from './transfer/read-at-most.ts';

export interface ArchiveHttpOptions {
  /** DICOMweb roots. */
  readonly roots: Readonly<Record<ArchiveRoot, URL>>;
  /** Beside those of each request, as they are now. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly authorization: Authorization;
  readonly tls: { now(): TlsTexts } | null;
  readonly proxies: Proxies | null;
  readonly pace: RequestPace;
  /** Connections for bulk transfers, and as many again for small requests, so that neither waits for the other. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Until the first byte of an answer. */
  readonly headersTimeoutMs: number;
  /** Longest silence within an answer. */
  readonly bodyTimeoutMs: number;
  /** Whole duration of any one request. */
  readonly totalTimeoutMs: number;
  /** Largest small answer. */
  readonly maxAnswerBytes: number;
  /** Largest response of a bulk transfer. */
  readonly maxResponseBytes: number;
  readonly onExchange: (exchange: ArchiveExchange) => void;
  readonly onCertificate: (validTo: Date) => void;
}

/** Error bodies are read up to this size to keep their connection, and thrown away. */
const DUMPED_BYTES = 64 * 1024;

/**
 * HTTP/1.1 to the archive's roots. Redirects are not followed, so that neither credentials nor headers go where one leads:
 * a PACS that redirects is configured wrongly.
 */
export function archiveHttp(options: ArchiveHttpOptions): ArchiveHttp {
  const pool = (maxResponseSize: number) =>
    archiveDispatcher({
      tls: options.tls,
      proxies: options.proxies,
      pool: {
        allowH2: false,
        connections: options.connections,
        headersTimeout: options.headersTimeoutMs,
        bodyTimeout: options.bodyTimeoutMs,
        // Orthanc announces keep-alive for one second; undici's default margin of one second would never reuse it.
        keepAliveTimeoutThreshold: 100,
        maxResponseSize,
      },
      connectTimeoutMs: options.connectTimeoutMs,
      onSocket(socket) {
        const validTo = certificateEnd(socket);
        if (validTo !== null) options.onCertificate(validTo);
      },
    });
  const small = pool(options.maxAnswerBytes);
  const bulk = pool(options.maxResponseBytes);

  const sendOnce = (
    via: ArchiveDispatcher,
    request: ArchiveRequest,
    signal: AbortSignal,
    authorization: string | null,
  ) =>
    telling(via.current(), request, signal, options.onExchange).request({
      ...addressOf(request, options.roots),
      method: request.method ?? (request.post === undefined ? 'GET' : 'POST'),
      headers: {
        ...options.headers(),
        ...(authorization === null ? {} : { authorization }),
        accept: request.accept,
        'accept-encoding': 'identity',
        ...(request.post === undefined ? {} : { 'content-type': request.post.contentType }),
      },
      body: request.post?.body ?? null,
      signal,
    });

  async function send(via: ArchiveDispatcher, request: ArchiveRequest): Promise<ArchiveResponse> {
    await options.pace(request.signal);
    const signal = within(request.signal, options.totalTimeoutMs);
    try {
      const authorization = await unlessAborted(options.authorization.header(), signal);
      let response = await sendOnce(via, request, signal, authorization);
      if (response.statusCode === 401) {
        const renewing = options.authorization.renewed(authorization);
        const renewed = await unlessAborted(renewing, signal).catch(async (fault: unknown) => {
          await dump(response);
          throw fault;
        });
        if (renewed !== authorization) {
          await dump(response);
          await options.pace(signal);
          response = await sendOnce(via, request, signal, renewed);
        }
      }
      const fault = responseFault(request, response);
      if (fault === null) return response;
      await dump(response);
      throw fault;
    } catch (error) {
      throw archiveFault(request, error, 'archive-unreachable');
    }
  }

  return {
    async ask(request) {
      const response = await send(small, request);
      const contentType = String(response.headers['content-type'] ?? '');
      try {
        const tooLarge = `${request.call}: the answer is larger than ${options.maxAnswerBytes} bytes`;
        const bytes = await readAtMost(response.body, options.maxAnswerBytes, tooLarge, request.onBytes);
        return { status: response.statusCode, contentType, text: new TextDecoder().decode(bytes) };
      } catch (error) {
        throw archiveFault(request, error);
      }
    },
    stream: (request) => send(bulk, request),
    async close() {
      await Promise.all([small.destroy(), bulk.destroy()]);
    },
  };
}

function telling(
  via: Dispatcher,
  { call, post }: ArchiveRequest,
  signal: AbortSignal,
  onExchange: ArchiveHttpOptions['onExchange'],
): Dispatcher {
  if (call === 'examine') return via;
  return via.compose(tellExchange({ call, sentBytes: post?.body.length ?? 0 }, signal, onExchange));
}

function addressOf(
  { call, root, path, isFromOrigin }: ArchiveRequest,
  roots: ArchiveHttpOptions['roots'],
): { readonly origin: string; readonly path: string } {
  const { origin, pathname } = roots[root ?? (call === 'examine' ? 'qido' : ARCHIVE_CALLS[call].transaction)];
  return { origin, path: isFromOrigin ? path : pathname.replace(/(?<!\/)\/+$/, '') + path };
}

function within(signal: AbortSignal | undefined, limitMs: number): AbortSignal {
  const limit = AbortSignal.timeout(limitMs);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

async function dump({ body }: ArchiveResponse): Promise<void> {
  await body.dump({ limit: DUMPED_BYTES }).catch(() => undefined);
}

function responseFault(request: ArchiveRequest, response: ArchiveResponse): ArchiveError | null {
  const { statusCode: status, headers } = response;
  if (request.statuses !== 'any' && !request.statuses.includes(status)) {
    const told = {
      retryAfter: headers['retry-after']?.toString(),
      location: headers['location']?.toString(),
    };
    return statusFault(request.call, status, request.listed ?? false, told);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return new ArchiveError(`${request.call}: the answer is compressed though identity was asked for`, {
      status,
      retryable: false,
    });
  }
  return null;
}
