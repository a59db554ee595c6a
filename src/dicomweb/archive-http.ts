import { type Dispatcher, errors, Pool } from 'undici';
import { ArchiveError } from './archive.ts';

/** Names a request in errors; the UIDs and the query of its URL stay out of them. */
export type ArchiveCall =
  | 'find studies'
  | 'find series'
  | 'find instances'
  | 'series metadata'
  | 'retrieve series'
  | 'retrieve instance'
  | 'store'
  | 'ping';

export interface ArchiveRequest {
  readonly call: ArchiveCall;
  /** Below the DICOMweb root, starting with a slash. */
  readonly path: string;
  readonly accept: string;
  /** Statuses the caller understands; any other becomes an ArchiveError. */
  readonly statuses: readonly number[];
  readonly signal: AbortSignal | undefined;
  readonly post?: { readonly contentType: string; readonly body: Uint8Array };
}

export type ArchiveResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

export interface ArchiveHttp {
  /** A small answer, read whole within the answer timeout; `text` is '' when the body is empty. */
  ask(request: ArchiveRequest): Promise<{ readonly status: number; readonly text: string }>;
  /** A bulk answer, its body unread: the caller must consume or destroy it, and name its faults with `fault`. */
  stream(request: ArchiveRequest): Promise<ArchiveResponse>;
  close(): Promise<void>;
}

export interface ArchiveHttpOptions {
  /** DICOMweb root. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Connections for bulk transfers, and as many again for small requests, so that neither waits for the other. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Until the first byte of an answer. */
  readonly headersTimeoutMs: number;
  /** Longest silence within an answer. */
  readonly bodyTimeoutMs: number;
  /** Whole duration of a small request. */
  readonly answerTimeoutMs: number;
  readonly maxAnswerBytes: number;
  /** Largest response of a bulk transfer. */
  readonly maxResponseBytes: number;
}

/** Error bodies are read up to this size to keep their connection, and thrown away. */
const DUMPED_BYTES = 64 * 1024;

/** HTTP/1.1 to one origin. Redirects are not followed: a PACS that redirects is configured wrongly. */
export function archiveHttp(options: ArchiveHttpOptions): ArchiveHttp {
  const pool = (maxResponseSize: number) =>
    new Pool(options.url.origin, {
      allowH2: false,
      connections: options.connections,
      connectTimeout: options.connectTimeoutMs,
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      // Orthanc announces keep-alive for one second; undici's default margin of one second would never reuse it.
      keepAliveTimeoutThreshold: 100,
      maxResponseSize,
    });
  const small = pool(options.maxAnswerBytes);
  const bulk = pool(options.maxResponseBytes);
  const root = options.url.pathname.replace(/(?<!\/)\/+$/, '');

  async function send(via: Pool, request: ArchiveRequest): Promise<ArchiveResponse> {
    const response = await via.request({
      path: root + request.path,
      method: request.post === undefined ? 'GET' : 'POST',
      headers: {
        ...options.headers,
        accept: request.accept,
        'accept-encoding': 'identity',
        ...(request.post === undefined ? {} : { 'content-type': request.post.contentType }),
      },
      body: request.post?.body ?? null,
      signal: request.signal ?? null,
    });
    const fault = responseFault(request, response);
    if (fault === null) return response;
    await response.body.dump({ limit: DUMPED_BYTES }).catch(() => undefined);
    throw fault;
  }

  return {
    async ask(request) {
      const limit = AbortSignal.timeout(options.answerTimeoutMs);
      const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
      try {
        const response = await send(small, { ...request, signal });
        return { status: response.statusCode, text: await response.body.text() };
      } catch (error) {
        throw archiveFault(request, error);
      }
    },
    async stream(request) {
      try {
        return await send(bulk, request);
      } catch (error) {
        throw archiveFault(request, error);
      }
    },
    async close() {
      await Promise.all([small.destroy(), bulk.destroy()]);
    },
  };
}

function responseFault(request: ArchiveRequest, response: ArchiveResponse): ArchiveError | null {
  const status = response.statusCode;
  if (!request.statuses.includes(status)) {
    return new ArchiveError(`${request.call}: HTTP ${status}`, { status, retryable: isTransient(status) });
  }
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return new ArchiveError(`${request.call}: the answer is compressed though identity was asked for`, {
      status,
      retryable: false,
    });
  }
  return null;
}

/** Request timeout, too early, too many requests, and every 5xx but "not implemented" and "version not supported". */
function isTransient(status: number): boolean {
  if (status >= 500) return status !== 501 && status !== 505;
  return status === 408 || status === 425 || status === 429;
}

const LASTING_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/**
 * What to throw for an error met while talking to the archive: the signal's reason when the caller aborted, an
 * ArchiveError for faults of connection, protocol and timing, the error itself for anything else.
 */
export function archiveFault(request: Pick<ArchiveRequest, 'call' | 'signal'>, error: unknown): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  if (error instanceof ArchiveError || !(error instanceof Error)) return error;
  if (error.name === 'TimeoutError') {
    return new ArchiveError(`${request.call}: no complete answer in time`, { retryable: true, cause: error });
  }
  // The parser's error carries bytes of the response, which are patient data: it is not kept as the cause.
  if (error instanceof errors.HTTPParserError) {
    return new ArchiveError(`${request.call}: the answer is not HTTP`, { retryable: true });
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code !== 'string') return error;
  return new ArchiveError(`${request.call}: ${code}`, {
    retryable: !LASTING_CODES.has(code),
    cause: error,
  });
}
