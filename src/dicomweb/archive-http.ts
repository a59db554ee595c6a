import { Pool } from 'undici';
import type { ArchiveExchange } from '../domain/archive-call.ts';
import { ArchiveError } from './archive.ts';
import { archiveFault } from './archive-faults.ts';
import type { ArchiveHttp, ArchiveRequest, ArchiveResponse, Authorization } from './archive-request.ts';
import { statusFault } from './archive-statuses.ts';
import { connectTellingCertificate } from './tell-certificate.ts';
import { tellExchange } from './tell-exchange.ts';
import { readAtMost } from './transfer/read-at-most.ts';

export interface ArchiveHttpOptions {
  /** DICOMweb root. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: Authorization;
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

/** HTTP/1.1 to one origin. Redirects are not followed: a PACS that redirects is configured wrongly. */
export function archiveHttp(options: ArchiveHttpOptions): ArchiveHttp {
  const pool = (maxResponseSize: number) =>
    new Pool(options.url.origin, {
      allowH2: false,
      connections: options.connections,
      connect: connectTellingCertificate(options.connectTimeoutMs, options.onCertificate),
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      // Orthanc announces keep-alive for one second; undici's default margin of one second would never reuse it.
      keepAliveTimeoutThreshold: 100,
      maxResponseSize,
    });
  const small = pool(options.maxAnswerBytes);
  const bulk = pool(options.maxResponseBytes);
  const root = options.url.pathname.replace(/(?<!\/)\/+$/, '');

  const sendOnce = (via: Pool, request: ArchiveRequest, signal: AbortSignal, authorization: string | null) =>
    via.compose(tellExchange(request, signal, options.onExchange)).request({
      path: root + request.path,
      method: request.method ?? (request.post === undefined ? 'GET' : 'POST'),
      headers: {
        ...options.headers,
        ...(authorization === null ? {} : { authorization }),
        accept: request.accept,
        'accept-encoding': 'identity',
        ...(request.post === undefined ? {} : { 'content-type': request.post.contentType }),
      },
      body: request.post?.body ?? null,
      signal,
    });

  async function send(via: Pool, request: ArchiveRequest, signal: AbortSignal): Promise<ArchiveResponse> {
    try {
      const authorization = options.authorization.header();
      let response = await sendOnce(via, request, signal, authorization);
      if (response.statusCode === 401) {
        const renewed = options.authorization.renewed();
        if (renewed !== authorization) {
          await dump(response);
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
      const response = await send(small, request, within(request.signal, options.totalTimeoutMs));
      const contentType = String(response.headers['content-type'] ?? '');
      try {
        const tooLarge = `${request.call}: the answer is larger than ${options.maxAnswerBytes} bytes`;
        const bytes = await readAtMost(response.body, options.maxAnswerBytes, tooLarge, request.onBytes);
        return { status: response.statusCode, contentType, text: new TextDecoder().decode(bytes) };
      } catch (error) {
        throw archiveFault(request, error);
      }
    },
    stream: (request) => send(bulk, request, within(request.signal, options.totalTimeoutMs)),
    async close() {
      await Promise.all([small.destroy(), bulk.destroy()]);
    },
  };
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
  if (!request.statuses.includes(status)) {
    const retryAfter = headers['retry-after'];
    return statusFault(request.call, status, request.listed ?? false, retryAfter?.toString());
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
