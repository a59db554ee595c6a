import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Response } from 'express';
import type { Events } from '../events.ts';
import { QueueStoppingError } from '../jobs/analysis-queue.ts';
import type { components } from './contract.ts';

export type Problem = components['schemas']['Problem'];

/** An error that is the client's to know: becomes a problem document (RFC 9457) as it is. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

const KINDS: Readonly<Record<number, Pick<Problem, 'type' | 'title'>>> = {
  400: { type: 'urn:spinegrade:problem:invalid-request', title: 'Invalid request' },
  404: { type: 'urn:spinegrade:problem:not-found', title: 'Not found' },
  405: { type: 'urn:spinegrade:problem:method-not-allowed', title: 'Method not allowed' },
  406: { type: 'urn:spinegrade:problem:not-acceptable', title: 'Not acceptable' },
  409: { type: 'urn:spinegrade:problem:no-results', title: 'The study has no results' },
  413: { type: 'urn:spinegrade:problem:payload-too-large', title: 'Payload too large' },
  415: { type: 'urn:spinegrade:problem:unsupported-media-type', title: 'Unsupported media type' },
  503: { type: 'urn:spinegrade:problem:stopping', title: 'Service is stopping' },
};
const INTERNAL = { type: 'urn:spinegrade:problem:internal', title: 'Internal error' } as const;

/** Seconds after which a replacement of a stopping service may be asked. */
const RETRY_AFTER = { 'Retry-After': '10' };

/** Turns whatever a handler threw into a problem document; faults of our own go to the log, by their instance. */
export function problemHandler(events: Events): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const instance = `urn:uuid:${randomUUID()}`;
    const known = clientError(error);
    if (known === null) events.httpFault(instance, error);
    // Half an answer cannot be taken back: express cuts the connection.
    if (response.headersSent) return next(error);
    const { status, detail, headers } = known ?? {
      status: 500,
      detail: 'A fault of the service; its log knows it by the instance.',
      headers: {},
    };
    sendProblem(response.set(headers), { ...(KINDS[status] ?? INTERNAL), status, detail, instance });
  };
}

function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

interface ClientError {
  readonly status: number;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
}

function clientError(error: unknown): ClientError | null {
  if (error instanceof QueueStoppingError) {
    return { status: 503, detail: 'The service is stopping and takes no new work.', headers: RETRY_AFTER };
  }
  if (!(error instanceof Error) || !('status' in error)) return null;
  const status = Number(error.status);
  if (KINDS[status] === undefined || status >= 500) return null;
  const headers = 'headers' in error ? ((error.headers ?? {}) as Record<string, string>) : {};
  return { status, detail: detailOf(error, status), headers };
}

/** The parsers' own messages quote what was sent, which may be anything. */
function detailOf(error: Error, status: number): string {
  if (error instanceof ProblemError) return error.message;
  if ('type' in error && error.type === 'entity.parse.failed') return 'The body is not JSON.';
  if (error instanceof URIError) return 'The path is not properly percent-encoded.';
  if ('errors' in error && Array.isArray(error.errors)) {
    // The validator: which part breaks which rule, never the value.
    const parts = (error.errors as readonly { path?: string; message?: string }[]).map(
      ({ path, message }) => `${(path ?? '').replace(/^\//, '')} ${message ?? 'is not valid'}`,
    );
    if (status === 400) return `${parts.join('; ')}.`;
  }
  return `${KINDS[status]?.title}.`;
}
