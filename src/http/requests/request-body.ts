import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler, type Response } from 'express';
import { UnreadBodyError } from '../problems/problem-error.ts';

/** No operation but one needs a larger body. */
export const BODY_LIMIT_BYTES = 16 * 1024;
/** What of CloudEvents is read at a time. */
const EVENTS_LIMIT_BYTES = 256 * 1024;
const EVENTS_PATH = '/events/cloudevents';

/** A client that sends may need this long to notice that it is turned down. */
export const LINGER_MS = 1_000;

const EVENTS_BODY = /^application\/(?:cloudevents(?:-batch)?\+)?json\s*(?:;|$)/i;
const JSON_BODY = /^application\/json\s*(?:;|$)/i;
/** What a form of the page sends (HTML Living Standard 4.10.21.7). */
const FORM_BODY = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

type BodyKind = 'JSON' | 'events' | 'form' | 'either';

/** What is wrong with the body a request announces, by its headers alone; null when it has none or may be read. */
function bodyProblem(request: Pick<IncomingMessage, 'headers'>, kind: BodyKind): UnreadBodyError | null {
  const { 'content-length': length = '0', 'content-type': type = '' } = request.headers;
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  if (!isChunked && Number(length) === 0) return null;
  if (!FITS[kind].test(type)) {
    const words = kind === 'form' ? 'The body is not that of a form.' : 'The body is not JSON.';
    return new UnreadBodyError('unsupported-media-type', words);
  }
  const limit = kind === 'events' ? EVENTS_LIMIT_BYTES : BODY_LIMIT_BYTES;
  if (isChunked) return new UnreadBodyError('payload-too-large', 'The body has no stated length.');
  if (Number(length) <= limit) return null;
  return new UnreadBodyError('payload-too-large', `The body is above ${limit} bytes.`);
}

const FITS: Readonly<Record<BodyKind, RegExp>> = {
  JSON: JSON_BODY,
  events: EVENTS_BODY,
  form: FORM_BODY,
  either: new RegExp(`${JSON_BODY.source}|${FORM_BODY.source}`, 'i'),
};

/** Whether the body of a request may be read, whatever is asked for. */
export function mayBeRead(request: Pick<IncomingMessage, 'headers' | 'url'>): boolean {
  return bodyProblem(request, request.url === EVENTS_PATH ? 'events' : 'either') === null;
}

/** Turns requests with a body that would not be read down, before anything of it is read. */
const refuseBody: RequestHandler = (request, _response, next) =>
  next(bodyProblem(request, request.path === EVENTS_PATH ? 'events' : 'JSON') ?? undefined);

/** Reads bodies of JSON; the others, and those that are too large, are turned down unread. */
export const readBody: readonly RequestHandler[] = [
  refuseBody,
  express.json({
    limit: EVENTS_LIMIT_BYTES,
    type: ({ headers }) => EVENTS_BODY.test(headers['content-type'] ?? ''),
  }),
];

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
