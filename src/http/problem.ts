import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request } from 'express';
import { DatabaseFault } from '../database/database-fault.ts';
import { CATALOGUE } from '../domain/catalogue.ts';
import { QueueStoppingError } from '../jobs/analysis-submitter.ts';
import type { Events } from '../observe/events.ts';
import type { components } from './contract.ts';
import { ClientGoneError, ProblemError, type Unavailable, UnreadBodyError } from './problem-error.ts';
import { answerAndLinger } from './request-body.ts';

export type Problem = components['schemas']['Problem'];

type Kind = Pick<Problem, 'type' | 'title'>;

const KINDS: Readonly<Record<number, Kind>> = {
  400: { type: 'urn:spinegrade:problem:invalid-request', title: 'Invalid request' },
  404: { type: 'urn:spinegrade:problem:not-found', title: 'Not found' },
  405: { type: 'urn:spinegrade:problem:method-not-allowed', title: 'Method not allowed' },
  406: { type: 'urn:spinegrade:problem:not-acceptable', title: 'Not acceptable' },
  409: { type: 'urn:spinegrade:problem:no-results', title: 'The study has no results' },
  413: { type: 'urn:spinegrade:problem:payload-too-large', title: 'Payload too large' },
  415: { type: 'urn:spinegrade:problem:unsupported-media-type', title: 'Unsupported media type' },
};
/** The kinds of 503: what is away may be back, so each comes with Retry-After. */
const UNAVAILABLE = {
  stopping: { type: 'urn:spinegrade:problem:stopping', title: 'Service is stopping' },
  busy: { type: 'urn:spinegrade:problem:busy', title: 'Service is busy' },
  'disk-full': { type: 'urn:spinegrade:problem:disk-full', title: 'Disk is full' },
  'database-unavailable': {
    type: 'urn:spinegrade:problem:database-unavailable',
    title: 'Database is not available',
  },
} as const satisfies Readonly<Record<Unavailable, Kind>>;
const INTERNAL = { type: 'urn:spinegrade:problem:internal', title: 'Internal error' } as const;

/** Seconds after which a replacement of a stopping service, or a database that was away, may be asked. */
const RETRY_AFTER = { 'Retry-After': '10' };

/** Turns whatever a handler threw into a problem document; faults of our own go to the log, by their instance. */
export function problemHandler(events: Events): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (error instanceof ClientGoneError) return void response.destroy();
    const instance = `urn:uuid:${randomUUID()}`;
    const known = clientError(error, request);
    if (known === null) events.httpFault(instance, error);
    // Half an answer cannot be taken back: express cuts the connection.
    if (response.headersSent) return next(error);
    const { status, kind, detail, headers } = known ?? {
      status: 500,
      kind: INTERNAL,
      detail: 'A fault of the service; its log knows it by the instance.',
      headers: {},
    };
    response.set(headers).status(status).type('application/problem+json');
    const problem: Problem = { ...kind, status, detail, instance };
    const text = JSON.stringify(problem);
    if (error instanceof UnreadBodyError) answerAndLinger(response, text);
    else response.send(text);
  };
}

interface ClientError {
  readonly status: number;
  readonly kind: Kind;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
}

function clientError(error: unknown, request: Request): ClientError | null {
  if (error instanceof QueueStoppingError) {
    return unavailable('stopping', 'The service is stopping and takes no new work.');
  }
  if (error instanceof DatabaseFault) return unavailable(error.code, CATALOGUE[error.code].meaning);
  if (error instanceof ProblemError && error.reason !== null) {
    return unavailable(error.reason, error.message, error.headers);
  }
  if (!(error instanceof Error) || !('status' in error)) return null;
  const status = Number(error.status);
  const kind = KINDS[status];
  if (kind === undefined) return null;
  return { status, kind, detail: detailOf(error, status, request), headers: headersOf(error) };
}

function unavailable(
  reason: Unavailable,
  detail: string,
  headers: ClientError['headers'] = RETRY_AFTER,
): ClientError {
  return { status: 503, kind: UNAVAILABLE[reason], detail, headers };
}

function headersOf(error: Error): ClientError['headers'] {
  const { Allow, ...headers } = ('headers' in error ? (error.headers ?? {}) : {}) as Record<string, string>;
  if (Allow === undefined) return headers;
  // The validator knows what the contract lists; HEAD is answered wherever GET is.
  return { ...headers, Allow: Allow.replace(/\bGET\b/, 'GET, HEAD') };
}

/** The parsers' own messages quote what was sent, which may be anything. */
function detailOf(error: Error, status: number, request: Request): string {
  if (error instanceof ProblemError) return error.message;
  if ('type' in error && error.type === 'entity.parse.failed') return 'The body is not JSON.';
  if (!isDecodable(request.path)) return 'The path is not properly percent-encoded.';
  if (status === 400 && 'errors' in error && Array.isArray(error.errors)) {
    const parts = (error.errors as readonly { path?: string; message?: string }[]).map(brokenRule);
    return `${parts.join('; ')}.`;
  }
  return `${KINDS[status]?.title}.`;
}

/** The validator: which part breaks which rule, never the value. Only the parts of the path have names of our own. */
function brokenRule({ path = '', message = 'is not valid' }: { path?: string; message?: string }): string {
  const part = path.replace(/^\//, '');
  if (/^(?:request\/)?params\//.test(part)) return `${part} ${message}`;
  return 'The operation does not know a parameter that was sent';
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
