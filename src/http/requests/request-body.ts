import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { UnreadBodyError } from '../problems/problem-error.ts';

/** No operation needs a larger body. */
export const BODY_LIMIT_BYTES = 16 * 1024;

/** A client that sends may need this long to notice that it is turned down. */
export const LINGER_MS = 1_000;

const JSON_BODY = /^application\/json\s*(?:;|$)/i;
/** What a form of the page sends (HTML Living Standard 4.10.21.7). */
const FORM_BODY = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** What is wrong with the body a request announces, by its headers alone; null when it has none or may be read. */
export function bodyProblem(
  request: Pick<IncomingMessage, 'headers'>,
  kind: 'JSON' | 'form' | 'either' = 'JSON',
): UnreadBodyError | null {
  const { 'content-length': length = '0', 'content-type': type = '' } = request.headers;
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  if (!isChunked && Number(length) === 0) return null;
  const fits = (kind !== 'form' && JSON_BODY.test(type)) || (kind !== 'JSON' && FORM_BODY.test(type));
  if (!fits) {
    const words = kind === 'form' ? 'The body is not that of a form.' : 'The body is not JSON.';
    return new UnreadBodyError('unsupported-media-type', words);
  }
  if (isChunked) return new UnreadBodyError('payload-too-large', 'The body has no stated length.');
  if (Number(length) <= BODY_LIMIT_BYTES) return null;
  return new UnreadBodyError('payload-too-large', `The body is above ${BODY_LIMIT_BYTES} bytes.`);
}

/** Turns requests with a body that would not be read down, before anything of it is read. */
export const refuseBody: RequestHandler = (request, _response, next) =>
  next(bodyProblem(request) ?? undefined);

/** The same of what the page's forms send. */
export const refuseBodyButForm: RequestHandler = (request, _response, next) =>
  next(bodyProblem(request, 'form') ?? undefined);

/**
 * Sends the whole answer, then leaves the connection open for a moment without reading: one that is closed over bytes
 * that were not read is reset, and a client may lose the answer with it.
 */
export function answerAndLinger(response: Response, text: string): void {
  response.set('Content-Length', String(Buffer.byteLength(text)));
  response.write(text);
  const limit = setTimeout(() => response.end(), LINGER_MS);
  response.once('close', () => clearTimeout(limit));
}
