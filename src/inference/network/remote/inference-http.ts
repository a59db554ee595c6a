import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { InferenceCall, InferenceExchange } from '../../../domain/inference-call.ts';
import { InferenceError } from './inference-error.ts';
import { connectionFault, isPassing, statusFault } from './inference-faults.ts';
import { DEFAULT_RETRY, type InferenceServerOptions, type OnInferenceExchange } from './inference-options.ts';

export interface InferenceRequest {
  readonly call: InferenceCall;
  /** In messages: "model localiser: infer". */
  readonly about: string;
  /** Below the root. */
  readonly path: string;
  readonly post?: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array };
  /** Largest answer. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface InferenceAnswer {
  /** The header Inference-Header-Content-Length of the binary tensor data extension; null where there is none. */
  readonly headerLength: string | null;
  readonly bytes: Uint8Array;
}

export interface InferenceHttp {
  /**
   * One question, tried again while it fails of what passes.
   * @throws InferenceError; the signal's reason when aborted, the request then torn down.
   */
  ask(request: InferenceRequest): Promise<InferenceAnswer>;
  close(): Promise<void>;
}

/** Whatever is small is answered at once. */
const SMALL_TIMEOUT_MS = 10_000;
/** What is read of an answer that is a fault. */
const FAULT_BYTES = 16 * 1024;

/** HTTP/1.1 to one server. Redirects are not followed. */
export function inferenceHttp(options: InferenceServerOptions, tell: OnInferenceExchange): InferenceHttp {
  const { origin, pathname } = new URL(options.url);
  const root = pathname.replace(/(?<!\/)\/+$/, '');
  const pool = new Pool(origin, {
    allowH2: false,
    connect: {
      timeout: Math.min(SMALL_TIMEOUT_MS, options.timeoutMs),
      ...(options.ca !== null && { ca: options.ca }),
    },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
  });
  const policy = { ...DEFAULT_RETRY, ...options.retry };

  const send = (request: InferenceRequest, signal: AbortSignal, authorization: string | null) =>
    pool.request({
      path: root + request.path,
      method: request.post === undefined ? 'GET' : 'POST',
      headers: {
        ...(authorization !== null && { authorization }),
        'accept-encoding': 'identity',
        ...request.post?.headers,
      },
      body: request.post?.body ?? null,
      signal,
    });

  async function answered(request: InferenceRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const authorization = options.authorization?.reveal() ?? null;
    const response = await send(request, signal, authorization);
    if (response.statusCode !== 401) return response;
    const renewed = options.authorization?.renew() ?? null;
    if (renewed === authorization) return response;
    await response.body.dump({ limit: FAULT_BYTES }).catch(() => undefined);
    return send(request, signal, renewed);
  }

  async function once(request: InferenceRequest): Promise<InferenceAnswer> {
    const { about, call, maxBytes } = request;
    const ms = call === 'infer' ? options.timeoutMs : Math.min(SMALL_TIMEOUT_MS, options.timeoutMs);
    const limit = AbortSignal.timeout(ms);
    const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
    const startedAt = performance.now();
    let status: number | null = null;
    const told = (end: InferenceExchange['end']) =>
      tell({ call, status, end, ms: performance.now() - startedAt });
    try {
      const response = await answered(request, signal);
      status = response.statusCode;
      const { headers } = response;
      const isFault = status !== 200;
      const bytes = await readAtMost(response.body, isFault ? FAULT_BYTES : maxBytes, isFault, about);
      told('whole');
      if (isFault) throw statusFault(about, status, headers['retry-after']?.toString(), errorOf(bytes));
      return { headerLength: headers['inference-header-content-length']?.toString() ?? null, bytes };
    } catch (error) {
      const fault = connectionFault(about, error, request.signal);
      // A status is an answer, and told of already.
      const isAnswer = fault instanceof InferenceError && fault.status !== null;
      if (!isAnswer) told(request.signal?.aborted ? 'called-off' : 'broken');
      throw fault;
    }
  }

  return {
    async ask(request) {
      for (let attempt = 1; ; attempt += 1) {
        request.signal?.throwIfAborted();
        try {
          return await once(request);
        } catch (error) {
          if (!isPassing(error) || attempt >= policy.attempts) throw error;
          const asked = Math.min(error.retryAfterMs ?? 0, policy.maxRetryAfterMs);
          // Half of the wait is random, so that clients cut off together do not return together.
          const wait = (policy.firstDelayMs * 2 ** (attempt - 1) * (1 + Math.random())) / 2;
          await delay(Math.max(asked, wait), undefined, { signal: request.signal }).catch(() => undefined);
        }
      }
    },
    close: () => pool.destroy(),
  };
}

/** A whole body. @throws InferenceError once more than `maxBytes` have come, unless it may be cut there. */
async function readAtMost(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
  mayBeCut: boolean,
  about: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) {
      // Leaving the loop destroys the body, and with it the connection.
      if (mayBeCut) break;
      const words = `${about}: the answer is larger than ${maxBytes} bytes`;
      throw new InferenceError('inference-fault', words, { retryable: false });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What the protocol's error object says; '' where the answer is none. */
function errorOf(bytes: Uint8Array): string {
  try {
    const { error } = JSON.parse(new TextDecoder().decode(bytes)) as { error?: unknown };
    return typeof error === 'string' ? error : '';
  } catch {
    return '';
  }
}
