import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { UnreadBodyError } from '../problems/problem-error.ts';

/** No operation needs a larger body. */
export const BODY_LIMIT_BYTES = 16 * 1024;

/** A client that sends may need this long to notice that it is turned down. */
export const LINGER_MS = 1_000;

/** What is wrong with the body a request announces, by its headers alone; null when it has none or may be read. */
export function bodyProblem(request: Pick<IncomingMessage, 'headers'>): UnreadBodyError | null {
  const { 'content-length': length = '0', 'content-type': type = '' } = request.headers;
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  if (!isChunked && Number(length) === 0) return null;
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    return new UnreadBodyError('unsupported-media-type', 'The body is not JSON.');
  }
  if (isChunked) return new UnreadBodyError('payload-too-large', 'The body has no stated length.');
  if (Number(length) <= BODY_LIMIT_BYTES) return null;
  return new UnreadBodyError('payload-too-large', `The body is above ${BODY_LIMIT_BYTES} bytes.`);
}

/** Turns requests with a body that would not be read down, before anything of it is read. */
export const refuseBody: RequestHandler = (request, _response, next) =>
  next(bodyProblem(request) ?? undefined);

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
